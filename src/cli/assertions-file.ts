import { parseDocument } from 'yaml';
import { DelineaError } from '../provider/index.js';
import { type Assertion, assertionsFile } from '../review/index.js';
import { readInput } from './input-file.js';
import { isScript, loadScript } from './script-file.js';

/** Most aliases in a YAML file: a few can make it grow without limit. */
const MAX_ALIASES = 100;

/**
 * Reads assertions from `access.yaml`, or from the default export of a TypeScript or JavaScript file.
 * @throws DelineaError `file_refused` with the place of the mistake
 */
export async function readAssertions(path: string): Promise<readonly Assertion[]> {
  const content = isScript(path) ? await exportedBy(path) : readYaml(path);
  const parsed = assertionsFile.safeParse(content);
  if (parsed.success) return parsed.data.assertions;
  const { path: property, message } = parsed.error.issues[0]!;
  throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
}

/** Returns the content of a file of assertions in code, whose default export is the list. */
async function exportedBy(path: string): Promise<unknown> {
  const { default: assertions } = await loadScript(path, 'file of assertions', refusal);
  if (assertions === undefined) throw refusal(path, 'it has no default export');
  return { assertions };
}

function readYaml(path: string): unknown {
  const document = parseDocument(readInput(path, 'file of assertions', refusal), { prettyErrors: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw refusal(path, fault.message.split('\n')[0]!);
  return toJson(document, path);
}

function toJson(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw refusal(path, (error as Error).message);
  }
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the assertions cannot be used: ${why}`, {
    path,
    hint: 'The guide "Access and review" shows the four forms of an assertion.',
  });
}
