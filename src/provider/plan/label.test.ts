import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { labelIn } from './label.js';
import type { PlanContext } from './plan-context.js';

const names = {
  translator: { nameOf: (_: readonly string[], id: string) => ({ c1: 'prod', u1: 'jane@example.com' })[id] },
  matches: new Map([
    ['delinea_user.new', { declaration: { values: { userName: 'new@example.com' } }, resource: resourceOf('user') }],
  ]),
  ownedById: new Map([['user u2', { key: { userName: 'gone@example.com' } }]]),
} as unknown as PlanContext;
const edge = (principalId: unknown) => ({ container: 'c1', principalType: 'user', principalId, right: 'Owner' });

test.each([
  ['the name in the tenant', 'u1', 'jane@example.com'],
  [
    'the declared name of a user who does not exist yet',
    { ref: 'delinea_user.new', attribute: 'id' },
    'new@example.com',
  ],
  ['the name in the ledger of a deleted user', 'u2', 'gone@example.com'],
  ['the id when no name is known', 'u3', 'u3'],
  ['the address of an unknown declaration', { ref: 'delinea_user.x', attribute: 'id' }, 'delinea_user.x'],
])('labelIn: shows %s', (_, principal, name) => {
  expect(labelIn(names, 'container-permission', edge(principal))).toBe(`Owner of ${name} on prod`);
});
