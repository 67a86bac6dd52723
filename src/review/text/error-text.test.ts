import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors } from '../../provider/index.js';
import { costText } from './cost-text.js';
import { errorText } from './error-text.js';
import { coloured, plain } from './paint.js';

test('errorText: prints message, path and hint', () => {
  const error = new DelineaError('stack_invalid', 'no such kind', { path: 'delinea_x', hint: 'Write another.' });
  expect(errorText(error, plain)).toBe('Error: no such kind\n  at: delinea_x\n  do: Write another.');
});

test('errorText: prints a block for each error', () => {
  const errors = new DelineaErrors([new DelineaError('rejected', 'one'), new DelineaError('rejected', 'two')]);
  expect(errorText(errors, plain)).toBe('Error: one\nError: two');
});

test('errorText: prints an unknown exception without a stack trace', () => {
  const shown = errorText(new TypeError('x is not a function'), plain);
  expect(shown).toMatch(/^Error: internal error: TypeError: x is not a function\n {2}do: .*report/);
  expect(shown).not.toContain('at: ');
});

test('errorText: colours only the first word', () => {
  expect(errorText(new DelineaError('rejected', 'one'), coloured)).toBe('\u001b[31mError:\u001b[39m one');
});

test('costText: prints the requests and the duration of a run', () => {
  expect(costText({ lists: 95, gets: 2, writes: 12, tokens: 3, waits: 0 }, 3_140)).toBe(
    'reads 97 (lists 95, gets 2), writes 12, waits 0, 3.1 s',
  );
});
