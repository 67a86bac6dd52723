import { expect, test } from '@jest/globals';
import type { OwnedObject } from '../engine/declaration.js';
import { Claims } from './claims.js';

const owned = (id: string): OwnedObject => ({
  address: `delinea_user.${id}`,
  kind: 'user',
  id,
  surface: 'platform-rest',
  key: { userName: id },
});

test('what an address has made its own is not on its way out any more, whichever came first', () => {
  const claims = new Claims();
  claims.leave('user 1', owned('1'));
  expect(claims.stateOf('user 1')).toEqual(owned('1'));
  claims.make('user 1');
  expect(claims.isMade('user 1')).toBe(true);
  claims.leave('user 1', owned('1'));
  expect(claims.stateOf('user 1')).toBeUndefined();
});

test('what was taken away is remembered as it was, until somebody makes it again', () => {
  const claims = new Claims();
  claims.leave('user 1', owned('1'));
  claims.take('user 1', owned('1'), { active: true });
  expect(claims.takenBefore('user 1')).toEqual({ owned: owned('1'), before: { active: true } });
  claims.make('user 1');
  expect(claims.takenBefore('user 1')).toBeUndefined();
});

test('a removal that failed leaves what the state said of it', () => {
  const claims = new Claims();
  claims.know('user 1', owned('1'));
  claims.leave('user 1', { ...owned('1'), onRemoval: 'retain' });
  claims.stay('user 1');
  expect(claims.stateOf('user 1')).toEqual(owned('1'));
});
