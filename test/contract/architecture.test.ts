import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Which folders of src may import which: the house rules, by folder. Packages not listed are free for all but constructs. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  provider: [],
  embedded: ['provider'],
  review: ['provider'],
  terraform: ['provider'],
  cli: ['provider', 'embedded', 'review', 'simulator'],
  constructs: [],
  simulator: [],
};

/** Inside the resource layer, the same by subfolder. `.` is the files at its top. */
const WITHIN_PROVIDER: Readonly<Record<string, readonly string[]>> = {
  '.': ['.', 'api', 'engine', 'run', 'resources'],
  resources: ['.', 'resources'],
  api: ['.', 'api'],
  engine: ['.', 'engine', 'api', 'resources'],
  run: ['.', 'run', 'engine', 'api', 'resources'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const targets = [...text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)'([^']+)'/gm)].map(([, target]) => target!);
  return targets.map((target) => ({ file, target }));
}

const production = filesUnder('src').filter((file) => !/\.(test|fixture)\.ts$|test-client\.ts$/.test(file));
const imports = production.flatMap(importsOf);
const relative = imports.filter(({ target }) => target.startsWith('.'));
const resolved = relative.map(({ file, target }) => ({
  file,
  to: path.join(path.dirname(file), target).replace(/\.js$/, '.ts'),
}));
const folderOf = (file: string) => file.split(path.sep)[1]!;

describe('the house', () => {
  test('has the folders it should', () => {
    expect([...new Set(production.map(folderOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test('imports only in the directions it should', () => {
    const wrong = resolved.filter(
      ({ file, to }) => folderOf(file) !== folderOf(to) && !MAY_IMPORT[folderOf(file)]?.includes(folderOf(to)),
    );
    expect(wrong).toEqual([]);
    expect(resolved.length).toBeGreaterThan(100);
  });

  test('is entered by others through index.ts only', () => {
    const wrong = resolved.filter(
      ({ file, to }) => folderOf(file) !== folderOf(to) && path.basename(to) !== 'index.ts',
    );
    expect(wrong).toEqual([]);
  });

  test('keeps the directions inside the resource layer', () => {
    const part = (file: string) => (file.split(path.sep).length === 3 ? '.' : file.split(path.sep)[2]!);
    const inside = resolved.filter(({ file }) => folderOf(file) === 'provider' && path.basename(file) !== 'index.ts');
    const wrong = inside.filter(({ file, to }) => !WITHIN_PROVIDER[part(file)]?.includes(part(to)));
    expect(wrong).toEqual([]);
  });

  test('lets the engine know of the clients only what a collection is and what it cost', () => {
    const known = resolved
      .filter(({ file, to }) => file.includes('provider/engine') && to.includes('provider/api/'))
      .map(({ to }) => path.basename(to));
    expect([...new Set(known)].sort()).toEqual(['collection.ts', 'meter.ts', 'pages.ts']);
  });

  test('gives the constructs nothing but cdktf and constructs', () => {
    const packages = imports
      .filter(({ file, target }) => folderOf(file) === 'constructs' && !target.startsWith('.'))
      .map(({ target }) => target);
    expect([...new Set(packages)].sort()).toEqual(['cdktf', 'constructs']);
  });

  test('has no file over 400 lines and none deeper than four folders', () => {
    const written = [
      ...filesUnder('src'),
      ...filesUnder('test'),
      ...filesUnder('scripts'),
      ...filesUnder('examples'),
    ].filter((file) => !file.includes(`${path.sep}gen${path.sep}`) && !file.includes('cdktf.out'));
    expect(written.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401)).toEqual([]);
    expect(written.filter((file) => path.dirname(file).split(path.sep).length > 4)).toEqual([]);
  });
});
