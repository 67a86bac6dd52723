import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Generated text by path, below the project's root. */
export type Files = ReadonlyMap<string, string>;

/** Folders in which everything is generated: what is there and no longer made is stale. */
const OWNED = ['src/constructs/gen', 'docs/resources', 'docs/data-sources'];

function stale(root: string, files: Files): string[] {
  return OWNED.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path));
}

/** Paths that differ from what would be generated, the stale ones among them. */
export function differences(root: string, files: Files): string[] {
  const changed = [...files].filter(([path, text]) => {
    const full = join(root, path);
    return !existsSync(full) || readFileSync(full, 'utf8') !== text;
  });
  return [...changed.map(([path]) => path), ...stale(root, files)].sort();
}

/** Writes what differs, removes what is stale. Returns the paths it touched. */
export function write(root: string, files: Files): string[] {
  const touched = differences(root, files);
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
