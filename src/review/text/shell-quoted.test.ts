import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { shellQuoted, shellWord } from './shell-quoted.js';

test.each([
  ['jane@example.com', '"jane@example.com"'],
  ["O'Neil", '"O\'Neil"'],
  ['$(id)', "'$(id)'"],
  ["it's `id`", "'it'\\''s `id`'"],
  ['CORP\\jane', "$'CORP\\\\jane'"],
  ["a'\u202e\u{e0001}\n\\u0041", "$'a\\'\\u202e\\U000e0001\\n\\\\u0041'"],
])('shellQuoted: a shell reads %j as one word with the same text', (text, word) => {
  expect(shellQuoted(text)).toBe(word);
  const read = execFileSync('bash', ['-c', `printf %s ${word}`], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  expect(read.toString()).toBe(text);
});

test('shellWord: quotes only what needs it', () => {
  expect(['plans/a-1.json', 'my plan.json', '$(id)'].map(shellWord)).toEqual([
    'plans/a-1.json',
    '"my plan.json"',
    "'$(id)'",
  ]);
});
