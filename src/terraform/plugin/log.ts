const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Fields of an entry: names and figures of the run, never values of attributes. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  (level: Level, message: string, fields?: Fields): void;
  /** From now on this is applied to every text of an entry. */
  redact: (text: string) => string;
}

/**
 * Entries as Terraform reads them from a provider's standard error: one JSON object a line, in hclog's form. What
 * TF_LOG_PROVIDER or else TF_LOG does not ask for is not written.
 * @param write one line with its end
 */
export function openLog(env: NodeJS.ProcessEnv, write: (line: string) => void, now = () => new Date()): Log {
  const least = leastLevel(env.TF_LOG_PROVIDER ?? env.TF_LOG ?? '');
  const log: Log = (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < least) return;
    const entry = {
      '@level': level,
      '@message': log.redact(message),
      '@module': 'provider.delinea',
      '@timestamp': timestamp(now()),
      ...Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? log.redact(value) : value]),
      ),
    };
    write(`${JSON.stringify(entry)}\n`);
  };
  log.redact = (text) => text;
  return log;
}

/** Terraform's own words: JSON means trace, and so does what it does not know. */
function leastLevel(asked: string): number {
  const word = asked.toLowerCase();
  if (word === '' || word === 'off') return LEVELS.length;
  return Math.max(0, LEVELS.indexOf(word as Level));
}

/** Exactly six digits of a second: with fewer, Terraform takes the line for plain text. */
function timestamp(at: Date): string {
  return at.toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
}
