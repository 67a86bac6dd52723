import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Table } from './table.js';

interface Row {
  id: string;
  name: string;
}
/** Tests set the clock themselves, so that a busy machine does not change the result. */
let now = 0;
const pass = (ms: number) => {
  now += ms;
};
beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const table = (delayMs = 0) => {
  const condition = { delayMs };
  return {
    condition,
    rows: new Table<Row>(
      ({ name }) => name,
      () => condition.delayMs,
    ),
  };
};
const ids = (rows: readonly Row[]) => rows.map(({ id }) => id);

test('rows: keep the order of creation, and names are found without case', () => {
  const { rows } = table();
  for (const id of ['c', 'a', 'b']) rows.put({ id, name: 'Same' });
  rows.put({ id: 'c', name: 'Other' });
  expect(ids(rows.list(0, 9).rows)).toEqual(['c', 'a', 'b']);
  expect(ids(rows.byName('SAME'))).toEqual(['a', 'b']);
  rows.delete('a');
  rows.delete('a');
  expect(rows.list(1, 1)).toEqual({ rows: [{ id: 'b', name: 'Same' }], total: 2 });
  expect(ids(rows.byName('same'))).toEqual(['b']);
});

test('visibility delay: readers see the version before a hidden change', () => {
  const { rows, condition } = table();
  rows.put({ id: 'a', name: 'one' });
  condition.delayMs = 60;
  rows.put({ id: 'a', name: 'two' });
  pass(30);
  rows.put({ id: 'a', name: 'three' });
  rows.put({ id: 'b', name: 'new' });
  expect([rows.get('a')?.name, rows.seen('a')?.name, rows.seen('b')]).toEqual(['three', 'one', undefined]);
  expect([ids(rows.seenByName('one')), ids(rows.byName('one'))]).toEqual([['a'], []]);
  pass(40);
  expect(rows.seen('a')?.name).toBe('two');
  pass(40);
  expect([rows.seen('a')?.name, rows.list(0, 9).total, ids(rows.seenByName('NEW'))]).toEqual(['three', 2, ['b']]);
});

test('visibility delay: a deleted row stays visible until it has passed', () => {
  const { rows, condition } = table();
  rows.put({ id: 'a', name: 'one' });
  condition.delayMs = 30;
  rows.delete('a');
  expect([rows.get('a'), rows.seen('a')?.name, rows.list(0, 9).total]).toEqual([undefined, 'one', 1]);
  pass(40);
  expect([rows.seen('a'), rows.list(0, 9).total]).toEqual([undefined, 0]);
});
