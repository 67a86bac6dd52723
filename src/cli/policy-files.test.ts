import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DelineaError } from '../provider/index.js';
import { readAssertions } from './assertions-file.js';
import { readPolicies } from './policy-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const refused = async (run: Promise<unknown>) => {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DelineaError);
  const { message, path } = error as DelineaError;
  return [message, path?.replace(`${folder}/`, '')];
};

describe('readPolicies', () => {
  test('every script of a folder, in the order of names; a default export has the name of its file', async () => {
    write(
      'own.ts',
      "import type { X } from './absent.js';\nexport const z = (): X[] => [];\nexport const a = () => [];",
    );
    write('first.mjs', 'export default () => [];');
    write('types.d.ts', 'export type X = string;');
    write('notes.md', '');
    mkdirSync(join(folder, 'more.ts.d'));
    expect((await readPolicies(folder)).map(({ id }) => id)).toEqual(['first', 'a', 'z']);
  });

  test.each([
    ['exports nothing', '', 'it exports no policy'],
    ['exports a list', 'export const list = [() => []];', 'its export list is not a function'],
    ['throws', "throw new Error('at load');", 'at load'],
    ['throws a text', "throw 'text';", 'text'],
    ['is not a script', 'export const a = (', 'Unexpected token'],
  ])('a file that %s is refused', async (_, text, expected) => {
    expect(await refused(readPolicies(write('own.ts', text)))).toEqual([expect.stringContaining(expected), 'own.ts']);
  });

  test('paths without a policy, links, and a name that two files give', async () => {
    expect((await refused(readPolicies(folder)))[0]).toContain('the folder has no file with policies');
    expect((await refused(readPolicies(join(folder, 'absent.ts'))))[0]).toContain('it cannot be read (ENOENT)');
    expect((await refused(readPolicies(join(folder, 'absent'))))[0]).toContain('does not end with .ts, .js or .mjs');
    write('a.js', 'export const same = () => [];');
    write('b.js', 'export const same = () => [];');
    expect(await refused(readPolicies(folder))).toEqual([
      expect.stringContaining('a.js has a policy of the name same'),
      'b.js',
    ]);
    symlinkSync(join(folder, 'a.js'), join(folder, 'link.js'));
    expect((await refused(readPolicies(join(folder, 'link.js'))))[0]).toContain('link');
  });
});

describe('readAssertions', () => {
  test.each([
    ['has no default export', 'export const assertions = [];', 'it has no default export'],
    ['exports an unknown form', 'export default [{ nobody: "x" }];', 'assertions.0'],
    ['exports an empty list', 'export default [];', 'assertions'],
    ['exports a function', 'export default () => [];', 'assertions'],
  ])('a script that %s is refused', async (_, text, expected) => {
    expect(await refused(readAssertions(write('access.ts', text)))).toEqual([
      expect.stringContaining(expected),
      'access.ts',
    ]);
  });

  test('a script may compute its assertions', async () => {
    const text =
      "const on = ['a', 'b'];\nexport default on.map((on: string) => ({ principal: 'x', keeps: 'View', on }));";
    expect(await readAssertions(write('access.ts', text))).toHaveLength(2);
  });
});
