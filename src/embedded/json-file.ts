import { DelineaError, jsonFileExcess, readRegularFile } from '../provider/index.js';
import { type Block, isBlock } from './expression.js';
import { jsonFault } from './json-fault.js';
import { jsonTrick } from './json-keys.js';

export const TOO_LARGE = 'Correct the file, or divide it into several stacks.';
const ONE_VALUE = 'Programs differ in the value that they read. Merge the two by hand, or synthesise the stack again.';

/**
 * Reads a file of a synthesised project, which must be one JSON object.
 * @param what name of the file in messages: `stack`
 * @param hint advice for a file with other content
 * @throws DelineaError `stack_invalid`; `file_refused` for a link or a device
 */
export function readJsonFile(file: string, what: string, hint: string): Block {
  const text = readText(file, what);
  if (text.trim() === '') throw new DelineaError('stack_invalid', 'the file is empty', { path: file, hint });
  const excess = jsonFileExcess(text);
  if (excess) throw new DelineaError('stack_invalid', `the file ${excess}`, { path: file, hint: TOO_LARGE });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may contain a secret.
    const { line, column } = jsonFault(text);
    throw new DelineaError('stack_invalid', `not JSON: line ${line}, column ${column}`, { path: file, hint });
  }
  const trick = jsonTrick(text);
  if (trick) throw new DelineaError('stack_invalid', `the file ${trick}`, { path: file, hint: ONE_VALUE });
  if (isBlock(json)) return json;
  throw new DelineaError('stack_invalid', `not a ${what}: must be a JSON object`, { path: file, hint });
}

function readText(file: string, what: string): string {
  try {
    return readRegularFile(file, what);
  } catch (cause) {
    if (cause instanceof DelineaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('stack_invalid', `cannot read the ${what} (${reason})`, {
      hint: 'Correct its permissions, or pass the path of another file.',
      path: file,
      cause,
    });
  }
}
