import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, type parseDocument } from 'yaml';
import { replaceFile, unwritable } from '../embedded/index.js';
import { DelineaError } from '../provider/index.js';
import { type AcceptedDrift, dayFault, ignoreFile } from '../review/index.js';
import { readInput } from './input-file.js';
import type { Workspace } from './workspace.js';
import { checkInput, parseYamlInput } from './yaml-file.js';

/** An ignore file, with its comments. */
export interface IgnoreFile {
  readonly path: string;
  readonly entries: readonly AcceptedDrift[];
  readonly document: ReturnType<typeof parseDocument>;
}

/** The file beside the stack. */
const NAME = '.delineaignore';

/** Maximum number of characters in the file. */
const LONGEST = 1_000_000;

const HEAD = ` Accepted drift: delinea-iac drift lists it, and does not fail because of it until the day in "until".`;

/**
 * Reads the accepted drift.
 * @param named the file that the command line names; unset: the one beside the stack
 * @param isNeeded whether the file must exist
 * @param now in milliseconds
 * @throws DelineaError `file_refused` with the place of the mistake
 */
export function readIgnoreFile(
  named: string | undefined,
  isNeeded: boolean,
  { stack }: Workspace,
  now: number,
): IgnoreFile {
  const path = named ?? join(stack.root, NAME);
  const { document, content } = parseYamlInput(path, textOf(path, isNeeded) ?? '', refusal, 0);
  const { accepted } = checkInput(path, content ?? { accepted: [] }, ignoreFile, refusal);
  for (const [index, { until }] of accepted.entries()) {
    const reason = dayFault(until, now);
    if (reason !== undefined) throw refusal(path, `accepted.${index}.until: ${reason}`);
  }
  return { path, entries: accepted, document };
}

/** Adds entries to the end of the file and keeps the rest of its text. @throws DelineaError `file_refused` */
export async function addToIgnoreFile(
  { path, document, entries }: IgnoreFile,
  added: readonly AcceptedDrift[],
): Promise<IgnoreFile> {
  if (!isMap(document.contents)) {
    document.contents = document.createNode({ accepted: [] }) as never;
    document.commentBefore ??= HEAD;
  }
  const list = document.get('accepted');
  if (isSeq(list)) list.flow = false;
  for (const each of added) document.addIn(['accepted'], document.createNode(each));
  await replaceFile(path, document.toString({ lineWidth: 0 }), 'ignore file', 0o644).catch((error: unknown) => {
    throw unwritable(path, 'ignore file', error, '--ignore');
  });
  return { path, document, entries: [...entries, ...added] };
}

/** Returns the text of the file; undefined if there is none and none is needed. */
function textOf(path: string, isNeeded: boolean): string | undefined {
  if (!isNeeded && lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const text = readInput(path, 'ignore file', refusal);
  if (text.length > LONGEST) throw refusal(path, `it has more than ${LONGEST} characters`);
  return text;
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the ignore file cannot be used: ${why}`, {
    path,
    hint: 'The guide "Drift" shows its form.',
  });
}
