import { expect, test } from '@jest/globals';
import type { OwnedObject } from '../model/owned-object.js';
import { Ownership } from './ownership.js';

const owned = (id: string): OwnedObject => ({
  address: `delinea_user.${id}`,
  kind: 'user',
  id,
  surface: 'platform-rest',
  key: { userName: id },
});

test('ownership: an applied object is not being removed, whichever was recorded first', () => {
  const ownership = new Ownership();
  ownership.markRemoving('user 1', owned('1'));
  expect(ownership.entryOf('user 1')).toEqual(owned('1'));
  ownership.markApplied('user 1');
  expect(ownership.isApplied('user 1')).toBe(true);
  ownership.markRemoving('user 1', owned('1'));
  expect(ownership.entryOf('user 1')).toBeUndefined();
});

test('ownership: a removed object is remembered with its values until it is applied again', () => {
  const ownership = new Ownership();
  ownership.markRemoving('user 1', owned('1'));
  ownership.markRemoved('user 1', owned('1'), { active: true });
  expect(ownership.removedEarlier('user 1')).toEqual({ owned: owned('1'), before: { active: true } });
  ownership.markApplied('user 1');
  expect(ownership.removedEarlier('user 1')).toBeUndefined();
});

test('ownership: the entry of the state remains when a removal fails', () => {
  const ownership = new Ownership();
  ownership.add('user 1', owned('1'));
  ownership.markRemoving('user 1', { ...owned('1'), onRemoval: 'retain' });
  ownership.keep('user 1');
  expect(ownership.entryOf('user 1')).toEqual(owned('1'));
});
