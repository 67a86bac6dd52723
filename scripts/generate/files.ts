import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkWritable } from '../../src/provider/index.js';

/** Generated texts by path, relative to the project's root. */
export type Files = ReadonlyMap<string, string>;

/** Folders that hold only generated files. A file in them that is no longer generated is stale. */
const OWNED = ['src/constructs/gen', 'src/review/gen', 'docs/resources', 'docs/data-sources'];

function stale(root: string, files: Files): string[] {
  return OWNED.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path));
}

/** Returns the paths that differ from the generated files, including stale ones. */
export function differences(root: string, files: Files): string[] {
  const changed = [...files].filter(([path, text]) => {
    const full = join(root, path);
    return !existsSync(full) || readFileSync(full, 'utf8') !== text;
  });
  return [...changed.map(([path]) => path), ...stale(root, files)].sort();
}

/** Writes files that differ and removes stale ones. Returns their paths. @throws DelineaError `file_refused`, for links */
export function write(root: string, files: Files): string[] {
  const touched = differences(root, files);
  for (const path of touched) checkWritable(join(root, path), 'generated file');
  for (const path of touched) {
    const text = files.get(path);
    if (text === undefined) {
      rmSync(join(root, path));
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return touched;
}
