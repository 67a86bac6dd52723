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

/** The rooms of the resource layer, each of which may import those before it. Rooms of one line do not import each other. */
const ROOMS: readonly (readonly string[])[] = [
  ['model'],
  ['resources'],
  ['access', 'settings'],
  ['api'],
  ['read'],
  ['guard'],
  ['plan'],
  ['migrate', 'offboard', 'apply'],
  ['session'],
  ['index.ts'],
];

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

  test('resource layer: every room imports only rooms before it', () => {
    const roomOf = (file: string) => file.split(path.sep)[2]!;
    const floorOf = (file: string) => ROOMS.findIndex((rooms) => rooms.includes(roomOf(file)));
    const inside = resolved.filter(({ file, to }) => [file, to].every((one) => folderOf(one) === 'provider'));
    expect(inside.filter(({ file }) => floorOf(file) < 0)).toEqual([]);
    const wrong = inside.filter(({ file, to }) => roomOf(file) !== roomOf(to) && floorOf(file) <= floorOf(to));
    expect(wrong).toEqual([]);
  });

  test('planner and appliers: know of the clients only what a collection, a tenant and the limits are', () => {
    const above = ROOMS.slice(4).flat();
    const known = resolved
      .filter(
        ({ file, to }) => above.some((room) => file.includes(`provider/${room}/`)) && to.includes('provider/api/'),
      )
      .map(({ to }) => path.basename(to));
    expect([...new Set(known)].sort()).toEqual(['breaker-limits.ts', 'collection.ts', 'pages.ts', 'tenant.ts']);
  });

  test('src: no file imports itself through others, types included', () => {
    const targets = new Map<string, string[]>();
    for (const { file, to } of resolved) targets.set(file, [...(targets.get(file) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      else if (!done.has(file)) {
        for (const to of targets.get(file) ?? []) visit(to, [...trail, file]);
        done.add(file);
      }
    };
    for (const file of targets.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('opens files in a few places only, which refuse links, devices and files of something else', () => {
    const opens =
      /\b(?:readFile|writeFile|appendFile|openSync|open|createWriteStream|copyFile|readFileSync|writeFileSync|appendFileSync)\b/;
    const openers = production.filter((file) => {
      const imported = [
        ...readFileSync(file, 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from 'node:fs(?:\/promises)?'/g),
      ];
      return imported.some(([, names]) => opens.test(names!));
    });
    expect(openers.sort()).toEqual([
      // Own package files.
      'src/cli/install-provider.ts',
      'src/cli/package-hash.ts',
      'src/cli/program.ts',
      'src/embedded/apply-log.ts',
      'src/embedded/durable-file.ts',
      'src/provider/settings/regular-file.ts',
      // Marker files in a private folder.
      'src/terraform/plugin/sibling-processes.ts',
    ]);
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
