import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from '../provider/index.js';
import { costText } from './cost-text.js';
import { errorText } from './error-text.js';
import { coloured, plain } from './paint.js';

test('an error is what, where and what to do', () => {
  const error = new DelineaError('stack_invalid', 'no such kind', { path: 'delinea_x', hint: 'Write another.' });
  expect(errorText(error, plain)).toBe('Error: no such kind\n  at: delinea_x\n  do: Write another.');
});

test('several errors are several blocks', () => {
  const errors = new DelineaErrors([new DelineaError('rejected', 'one'), new DelineaError('rejected', 'two')]);
  expect(errorText(errors, plain)).toBe('Error: one\nError: two');
});

test('an unknown exception is one line and no stack trace', () => {
  const shown = errorText(new TypeError('x is not a function'), plain);
  expect(shown).toMatch(/^Error: internal error: TypeError: x is not a function\n {2}do: .*report/);
  expect(shown).not.toContain('at: ');
});

test('colours surround the word and leave the text', () => {
  expect(errorText(new DelineaError('rejected', 'one'), coloured)).toBe('\u001b[31mError:\u001b[39m one');
});

test('the cost of a run', () => {
  expect(costText({ lists: 95, gets: 2, writes: 12, tokens: 3, waits: 0 }, 3_140)).toBe(
    'reads 97 (lists 95, gets 2), writes 12, waits 0, 3.1 s',
  );
});
