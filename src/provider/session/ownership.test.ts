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

test('what an address has made its own is not on its way out any more, whichever came first', () => {
  const claims = new Ownership();
  claims.markRemoving('user 1', owned('1'));
  expect(claims.entryOf('user 1')).toEqual(owned('1'));
  claims.markApplied('user 1');
  expect(claims.isApplied('user 1')).toBe(true);
  claims.markRemoving('user 1', owned('1'));
  expect(claims.entryOf('user 1')).toBeUndefined();
});

test('what was taken away is remembered as it was, until somebody makes it again', () => {
  const claims = new Ownership();
  claims.markRemoving('user 1', owned('1'));
  claims.markRemoved('user 1', owned('1'), { active: true });
  expect(claims.removedEarlier('user 1')).toEqual({ owned: owned('1'), before: { active: true } });
  claims.markApplied('user 1');
  expect(claims.removedEarlier('user 1')).toBeUndefined();
});

test('a removal that failed leaves what the state said of it', () => {
  const claims = new Ownership();
  claims.add('user 1', owned('1'));
  claims.markRemoving('user 1', { ...owned('1'), onRemoval: 'retain' });
  claims.keep('user 1');
  expect(claims.entryOf('user 1')).toEqual(owned('1'));
});
