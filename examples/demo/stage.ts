import { spawn } from 'node:child_process';
import { styleText } from 'node:util';

/** How much of a long output is shown: its first and its last lines. */
export interface Excerpt {
  readonly head: number;
  readonly tail: number;
}

const LONGEST = 45;
/** Characters of a line: a refusal lists everyone whom it protects. */
const WIDEST = 300;
const START_AND_END: Excerpt = { head: 16, tail: 7 };
export const END: Excerpt = { head: 0, tail: 5 };

export function heading(text: string): void {
  console.log(`\n\n${styleText('bold', `== ${text}`)}`);
}

export function comment(text: string): void {
  console.log(`\n${styleText('cyan', `# ${text}`)}`);
}

/**
 * Runs a command, shows it as one would type it, and prints what it says; long output is cut in the middle.
 * @throws Error when it ends with another exit code than a reader is told to expect
 */
export async function run(
  shown: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  wanted = 0,
  excerpt = START_AND_END,
): Promise<void> {
  console.log(`\n${styleText('green', '$')} ${styleText('bold', shown)}`);
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  console.log(shorten(output.trimEnd().split('\n'), excerpt).join('\n'));
  if (wanted !== 0) console.log(styleText('dim', `(exit code ${code})`));
  if (code !== wanted) throw new Error(`${shown} ended with ${code}, not ${wanted}`);
}

function shorten(lines: readonly string[], { head, tail }: Excerpt): readonly string[] {
  const cut = lines.map((line) => (line.length > WIDEST ? `${line.slice(0, WIDEST)} ...` : line));
  const most = head > 0 ? LONGEST : tail;
  if (cut.length <= most) return cut;
  const left = (lines.length - head - tail).toLocaleString('en');
  return [...cut.slice(0, head), styleText('dim', `  ... ${left} lines not shown here ...`), ...cut.slice(-tail)];
}
