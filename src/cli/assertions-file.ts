import { DelineaError } from '../provider/index.js';
import { type Assertion, assertionsFile } from '../review/index.js';
import { readInput } from './input-file.js';
import { isScript, loadScript } from './script-file.js';
import { checkInput, parseYamlInput } from './yaml-file.js';

const WHAT = 'file of assertions';
/** Most aliases in the file. */
const MAX_ALIASES = 100;

/**
 * Reads assertions from `access.yaml`, or from the default export of a TypeScript or JavaScript file.
 * @throws DelineaError `file_refused` with the place of the mistake
 */
export async function readAssertions(path: string): Promise<readonly Assertion[]> {
  const content = isScript(path)
    ? await exportedBy(path)
    : parseYamlInput(path, readInput(path, WHAT, refusal), refusal, MAX_ALIASES).content;
  return checkInput(path, content, assertionsFile, refusal).assertions;
}

/** Returns the content of a file of assertions in code, whose default export is the list. */
async function exportedBy(path: string): Promise<unknown> {
  const { default: assertions } = await loadScript(path, WHAT, refusal);
  if (assertions === undefined) throw refusal(path, 'it has no default export');
  return { assertions };
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the assertions cannot be used: ${why}`, {
    path,
    hint: 'The guide "Access and review" shows the four forms of an assertion.',
  });
}
