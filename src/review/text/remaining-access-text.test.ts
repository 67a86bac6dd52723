import { expect, test } from '@jest/globals';
import type { RemainingAccess } from '../../provider/index.js';
import { plain } from './paint.js';
import { remainingAccessText } from './remaining-access-text.js';

const nothing: RemainingAccess = { disabled: true, paths: [], work: [{ what: 'sessions', open: 0 }], unread: [] };
const text = (remaining: Partial<RemainingAccess>) => remainingAccessText('jane', { ...nothing, ...remaining }, plain);

test('remainingAccessText: is one line when no access is left', () => {
  expect(text({})).toBe(
    'Off-boarding is complete: the login of jane is disabled and read back; no visible access is left.\n',
  );
});

test('remainingAccessText: lists an enabled login, ownerships, and the groups of indirect access', () => {
  const paths = [
    { kind: 'container-permission', id: '1', label: 'Owner of jane on prod', through: [], owns: true },
    { kind: 'role-binding', id: '2', label: 'Admin of all', through: ['sre', 'all'] },
  ];
  expect(
    text({ disabled: false, paths, work: [{ what: 'sessions', open: 2, names: ['db', 'web\u001b'] }] }),
  ).toBe(`Access that jane still has:
  - login: the account is NOT disabled
  - sessions: 2 open (db, web\\u001b)
  - OWNER: Owner of jane on prod
  - Admin of all, through sre, all
Off-boarding is not complete: the login of jane is NOT disabled; 4 items left.
`);
});

test('remainingAccessText: lists unread parts, and separately those that no surface reports', () => {
  expect(
    text({
      disabled: undefined,
      work: [{ what: 'sessions', unset: 'not configured' }],
      unread: ['groups: forbidden\u001b[2J'],
    }),
  ).toBe(`Could not be read, so not known:
  - groups: forbidden\\u001b[2J
Not read, so not known:
  - sessions: not configured
Off-boarding is not complete: the login of jane is in an unknown state; no visible access is left; sessions not read; 1 item not read.
`);
});
