import { parseDocument } from 'yaml';
import { DelineaError } from '../provider/index.js';
import { type Assertion, assertionsFile } from '../review/index.js';
import { readInput } from './input-file.js';

/** Most aliases in a YAML file: a few can make it grow without limit. */
const MAX_ALIASES = 100;

/** Reads `access.yaml`. @throws DelineaError `file_refused` with the place of the mistake */
export function readAssertions(path: string): readonly Assertion[] {
  const document = parseDocument(readInput(path, 'file of assertions', refusal), { prettyErrors: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw refusal(path, fault.message.split('\n')[0]!);
  const parsed = assertionsFile.safeParse(toJson(document, path));
  if (parsed.success) return parsed.data.assertions;
  const { path: property, message } = parsed.error.issues[0]!;
  throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
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
