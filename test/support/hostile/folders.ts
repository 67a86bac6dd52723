import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders of one run: the checkout, and all that is none of its business. */
export interface Folders {
  readonly checkout: string;
  readonly outside: string;
  readonly home: string;
  readonly temporary: string;
  remove(): void;
}

/** A file that a shell would run; links of a pull request lead to it. */
export const PROFILE = 'profile';

export function makeFolders(): Folders {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pull-request-')));
  const [checkout, outside, home, temporary] = ['checkout', 'outside', 'home', 'temporary'].map((name) => {
    mkdirSync(join(root, name));
    return join(root, name);
  }) as [string, string, string, string];
  for (const file of [join(outside, PROFILE), join(home, '.bashrc')])
    writeFileSync(file, '# profile\n', { mode: 0o644 });
  return { checkout, outside, home, temporary, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Returns every entry below folders with all that a write would change, a line each. */
export function entriesIn(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .sort()
      .map((path) => `${path} ${contentOf(path)}`),
  );
}

/** Returns type, mode, content and, for a file, the time of the last write. */
function contentOf(path: string): string {
  const entry = lstatSync(path);
  const bits = entry.mode.toString(8);
  if (entry.isSymbolicLink()) return `${bits} -> ${readlinkSync(path)}`;
  return entry.isFile() ? `${bits} ${entry.mtimeMs} ${JSON.stringify(readFileSync(path, 'latin1'))}` : bits;
}
