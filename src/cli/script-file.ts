import { Console } from 'node:console';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { visible } from '../provider/index.js';
import { publicReview, reason } from '../review/index.js';
import { type Refusal, readInput } from './input-file.js';
import type { Terminal } from './terminal.js';

/** Endings of files that hold code. */
const SCRIPT = /\.[cm]?[jt]s$/;
/** Longest time in which a file must be loaded, in milliseconds: it may wait for something at its top level. */
const LOAD_MS = 30_000;

/** Returns whether a file holds TypeScript or JavaScript, by the ending of its name. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/**
 * Loads a TypeScript or JavaScript file and returns its exports. The file is code of the operator and runs in this process.
 * @param what name of the file for messages
 * @throws DelineaError `file_refused` for a file that is not a plain file; that of `refusal` for one that cannot be loaded
 */
export async function loadScript(
  path: string,
  what: string,
  refusal: Refusal,
): Promise<Readonly<Record<string, unknown>>> {
  readInput(path, what, refusal);
  const { createJiti } = await import('jiti');
  const file = resolve(path);
  // Without a cache on disk, where somebody else might change the code.
  const jiti = createJiti(pathToFileURL(file).href, {
    fsCache: false,
    interopDefault: false,
    virtualModules: { 'delinea-iac/review': publicReview },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it does not load within ${LOAD_MS / 1000} s`)), LOAD_MS);
  });
  try {
    return await Promise.race([jiti.import<Readonly<Record<string, unknown>>>(file), late]);
  } catch (error) {
    throw refusal(path, firstLine(reason(error)));
  } finally {
    clearTimeout(timer);
  }
}

/** Sends the console output of operator code to standard error, escaped: a name in it may be a command for a runner. */
export async function withSafeConsole<T>(terminal: Terminal, run: () => T | Promise<T>): Promise<T> {
  const own = globalThis.console;
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _, done) => {
      for (const line of text.replace(/\n$/, '').split('\n')) terminal.err(`  > ${visible(line)}\n`);
      done();
    },
  });
  globalThis.console = new Console({ stdout: stream, stderr: stream });
  try {
    return await run();
  } finally {
    globalThis.console = own;
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
