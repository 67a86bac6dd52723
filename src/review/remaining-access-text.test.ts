import { expect, test } from '@jest/globals';
import type { RemainingAccess } from '../provider/index.js';
import { plain } from './paint.js';
import { remainingAccessText } from './remaining-access-text.js';

const nothing: RemainingAccess = { disabled: true, paths: [], work: [{ what: 'sessions', open: 0 }], unread: [] };
const text = (residue: Partial<RemainingAccess>) => remainingAccessText('jane', { ...nothing, ...residue }, plain);

test('nothing left is one line', () => {
  expect(text({})).toBe(
    'Off-boarding is complete: the login of jane is disabled, and read back; nothing is left that this run may see.\n',
  );
});

test('a login that is not disabled, what it owns, and the way through groups', () => {
  const paths = [
    { kind: 'container-permission', id: '1', label: 'Owner of jane on prod', through: [], owns: true },
    { kind: 'role-binding', id: '2', label: 'Admin of all', through: ['sre', 'all'] },
  ];
  expect(text({ disabled: false, paths, work: [{ what: 'sessions', open: 2 }] })).toBe(`jane still has:
  - its login: the account is NOT disabled
  - sessions: 2 open
  - OWNER: Owner of jane on prod
  - Admin of all, through sre, all
Off-boarding is not complete: the login of jane is NOT disabled; 4 things left.
`);
});

test('what could not be read is never told as nothing, and what nobody can read is told apart', () => {
  expect(
    text({ disabled: undefined, work: [{ what: 'sessions' }], unread: ['groups: forbidden\u001b[2J'] }),
  ).toBe(`Could not be read, so nobody knows:
  - groups: forbidden\\u001b[2J
Cannot be read here (no surface is known to tell; see surfaces in the settings):
  - sessions
Off-boarding is not complete: the login of jane is in a state unknown; nothing is left that this run may see; 1 thing not read.
`);
});
