import { jsonTrick } from '../embedded/index.js';
import { DelineaError, HEAVIEST_RUN, jsonExcess, measureJson, readRegularFile } from '../provider/index.js';

/** Returns the error for a file that cannot be used. @param why completes the sentence "it cannot be used: ..." */
export type Refusal = (path: string, why: string) => DelineaError;

/** Reads a text file that is named on the command line. @throws DelineaError `file_refused`; that of `refusal` for a file that cannot be read */
export function readInput(path: string, what: string, refusal: Refusal): string {
  try {
    return readRegularFile(path, what);
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refusal(path, `it cannot be read (${code ?? message})`);
  }
}

/** Reads a JSON file that is named on the command line. @throws as `readInput`; that of `refusal` for JSON that is too large or misleading */
export function readJsonInput(path: string, what: string, refusal: Refusal): unknown {
  return parseJsonInput(path, readInput(path, what, refusal), refusal);
}

/** Parses the text of a JSON file. @throws that of `refusal` for JSON that is too large or misleading */
export function parseJsonInput(path: string, text: string, refusal: Refusal): unknown {
  const fault = jsonExcess(measureJson(text), HEAVIEST_RUN) ?? jsonTrick(text);
  if (fault !== undefined) throw refusal(path, `it ${fault}`);
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(path, 'it is not JSON');
  }
}
