import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';

const TRAPS = 61;

/** The rows of the table: number, trap, what we do, tests. */
const rows = readFileSync(join(ROOT, 'docs/design/traps.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

/** Returns the text of a file; none if it does not exist. */
const textOf = (file: string) => (existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '');

describe('docs/design/traps.md', () => {
  test('has one line of four cells for each trap', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: TRAPS }, (_, index) => index + 1));
    expect(rows.filter((cells) => cells.length !== 4)).toEqual([]);
  });

  test('names tests that exist, or why there are none', () => {
    const faults = rows.flatMap(([number, , decision = '', tests = '']) => {
      const named = [...tests.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, file, title]) => ({ file, title }));
      if (named.length === 0) return /^(Open|Not reached): /.test(decision) ? [] : [`${number}: has no test`];
      if (tests.split('; `').length !== named.length) return [`${number}: has a test that is not readable`];
      return named
        .filter(({ file, title }) => !textOf(file!).includes(title!))
        .map(({ file, title }) => `${number}: ${file} has no test "${title}"`);
    });
    expect(faults).toEqual([]);
  });
});
