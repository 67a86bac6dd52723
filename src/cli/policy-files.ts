import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DelineaError } from '../provider/index.js';
import type { NamedPolicy, Policy } from '../review/index.js';
import { isScript, loadScript } from './script-file.js';

/**
 * Loads the policies of a file, or of every TypeScript and JavaScript file in a folder. A policy has the name of its export;
 * a default export that of its file.
 * @throws DelineaError `file_refused` for a file or folder without a policy, an export that is not a policy, and a name given twice
 */
export async function readPolicies(path: string): Promise<readonly NamedPolicy[]> {
  const found: NamedPolicy[] = [];
  for (const file of filesAt(path)) found.push(...(await policiesIn(file)));
  const seen = new Map<string, NamedPolicy>();
  for (const each of found) {
    const other = seen.get(each.id);
    if (other) throw refusal(each.file!, `${other.file} has a policy of the name ${each.id} as well`);
    seen.set(each.id, each);
  }
  return found;
}

async function policiesIn(file: string): Promise<NamedPolicy[]> {
  // Sorted by name, because a module does not keep the order of the file.
  const exported = Object.entries(await loadScript(file, 'file of policies', refusal)).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const found = exported
    .filter(([name]) => name !== '__esModule' && name !== 'module.exports')
    .map(([name, value]): NamedPolicy => {
      if (typeof value !== 'function') throw refusal(file, `its export ${name} is not a function`);
      return { id: name === 'default' ? basename(file).replace(/\.[^.]+$/, '') : name, file, policy: value as Policy };
    });
  if (found.length === 0) throw refusal(file, 'it exports no policy');
  return found;
}

/** Returns the files at a path in the order of their names, by code units. */
function filesAt(path: string): string[] {
  if (!isFolder(path)) {
    if (!isScript(path)) throw refusal(path, 'its name does not end with .ts, .js or .mjs');
    return [path];
  }
  const files = readdirSync(path).filter(isScript).sort();
  if (files.length === 0) throw refusal(path, 'the folder has no file with policies');
  return files.map((name) => join(path, name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the policies cannot be used: ${why}`, {
    path,
    hint: 'Export functions that return findings: see the guide "Access and review".',
  });
}
