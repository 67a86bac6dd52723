const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Fields of an entry: names and counts, never attribute values. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  (level: Level, message: string, fields?: Fields): void;
  /** Hides secrets in a text; applied to every text of an entry. Set once the secrets are known. */
  redact: (text: string) => string;
}

/**
 * Opens a log in the form that Terraform reads from a provider's standard error: one JSON object per line, as hclog writes
 * them. TF_LOG_PROVIDER, or else TF_LOG, sets the minimum level.
 * @param write receives one line, including its line break
 */
export function openLog(env: NodeJS.ProcessEnv, write: (line: string) => void, now = () => new Date()): Log {
  const least = minimumLevel(env.TF_LOG_PROVIDER ?? env.TF_LOG ?? '');
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

/** Returns the minimum level. As in Terraform, JSON and unknown words mean trace. */
function minimumLevel(asked: string): number {
  const word = asked.toLowerCase();
  if (word === '' || word === 'off') return LEVELS.length;
  return Math.max(0, LEVELS.indexOf(word as Level));
}

/** Formats a time with six digits after the second: with fewer, Terraform treats the line as plain text. */
function timestamp(at: Date): string {
  return at.toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
}
