import { expect, test } from '@jest/globals';
import { UsedConsents, usedConsentOf } from './used-consents.js';

const consent = { kind: 'user', id: '1', key: { userName: 'jane@example.com' }, consent: 'T-1' };
const used = new UsedConsents([consent]);

test.each([
  ['the same account', { ...consent }, true],
  ['an account with the same id and another name', { ...consent, key: { userName: 'doe@example.com' } }, true],
  [
    'an account with another id and the same name in another case',
    { ...consent, id: '2', key: { userName: 'JANE@example.com' } },
    true,
  ],
  ['an account that does not exist yet, with the same name', { ...consent, id: undefined }, true],
  ['another account', { ...consent, id: '2', key: { userName: 'tom@example.com' } }, false],
  ['an object of another kind', { ...consent, kind: 'group', key: { displayName: 'jane@example.com' } }, false],
])('a used consent counts for %s: %s', (_, account, expected) => {
  expect(used.has(account, 'T-1')).toBe(expected);
  expect(used.has(account, 'T-2')).toBe(false);
});

test('usedConsentOf: an entry of the ledger without a consent has none', () => {
  const entry = { address: 'delinea_user.jane', surface: 'platform-rest', ...consent };
  expect(usedConsentOf(entry)).toEqual([]);
  expect(usedConsentOf({ ...entry, reactivated: 'T-1' })).toEqual([consent]);
});
