import { expect, test } from '@jest/globals';
import type { Declaration } from '../model/declaration.js';
import { checkDeclarations } from './check-declarations.js';

const user = (name: string, ...dependsOn: string[]): Declaration =>
  ({
    address: `delinea_user.${name}`,
    kind: 'user',
    values: { userName: `${name}@example.com` },
    lookup: false,
    dependsOn: dependsOn.map((other) => `delinea_user.${other}`),
    onRemoval: 'deactivate',
    preventDestroy: false,
    ignoreChanges: [],
  }) as unknown as Declaration;

const messageOf = (declarations: readonly Declaration[]): string | undefined => {
  try {
    checkDeclarations(declarations);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  [['a', 'a'], 'delinea_user.a -> delinea_user.a'],
  [['a', 'b'], undefined],
])('cycles: of one declaration: %j', ([name, other], ring) => {
  const message = messageOf([user(name!, other!), user('b')]);
  expect(message).toBe(ring && `declarations refer to each other in a cycle: ${ring}`);
});

test('cycles: only the ring is named, not the way to it', () => {
  const message = messageOf([user('a', 'b'), user('b', 'c', 'd'), user('c'), user('d', 'e'), user('e', 'b')]);
  const ring = ['b', 'd', 'e', 'b'].map((name) => `delinea_user.${name}`).join(' -> ');
  expect(message).toBe(`declarations refer to each other in a cycle: ${ring}`);
});

test('cycles: two ways to one declaration are none', () => {
  expect(messageOf([user('a', 'b', 'c'), user('b', 'd'), user('c', 'd'), user('d')])).toBeUndefined();
});

test('cycles: a chain of 100,000 declarations is none', () => {
  const chain = Array.from({ length: 100_000 }, (_, index) =>
    user(`u${index}`, ...(index > 0 ? [`u${index - 1}`] : [])),
  );
  const began = performance.now();
  expect(messageOf(chain.reverse())).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(20_000);
});
