import { expect, test } from '@jest/globals';
import { reach, reachAll, wayTo } from './reach.js';

/** The groups of each name, in a circle and with two ways to `top`. */
const groups: Readonly<Record<string, readonly string[]>> = {
  jane: ['left', 'top'],
  left: ['top', 'ring'],
  ring: ['left', 'end'],
  top: [],
  end: [],
};
const around = (...names: string[]) =>
  reachAll(
    names,
    (name) => name,
    (name) => groups[name]!,
  );

test('a walk: reaches each once by a shortest way, the nearest first, also in a circle', () => {
  const found = [...around('jane').values()];
  expect(found.map(({ at, hops }) => [at, hops])).toEqual([
    ['jane', 0],
    ['left', 1],
    ['top', 1],
    ['ring', 2],
    ['end', 3],
  ]);
  expect(found.map(wayTo)).toEqual([[], ['left'], ['top'], ['left', 'ring'], ['left', 'ring', 'end']]);
});

test('a walk: starts from several, each once', () => {
  expect([...around('ring', 'top', 'ring').keys()]).toEqual(['ring', 'top', 'left', 'end']);
  expect(around().size).toBe(0);
});

test('a walk: asks for no more than the caller goes on to', () => {
  const walk = reach(['jane'], (name) => name);
  expect(walk.next().value).toMatchObject({ at: 'jane' });
  expect(walk.next(groups.jane!).value).toMatchObject({ at: 'left', from: { at: 'jane' } });
});
