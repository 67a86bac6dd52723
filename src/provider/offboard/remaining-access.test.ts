import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { userOf } from '../../../test/support/assert/facts.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import { hasRemainingAccess, type RemainingAccess, readRemainingAccess } from './remaining-access.js';

const JANE = 'jane@example.com';
let bench: Workbench;
let account: { kind: string; id: string };
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: JANE }],
      groups: [{ displayName: 'sre', members: [JANE] }],
      containers: ['prod'],
      containerPermissions: [
        { container: 'prod', group: 'sre', right: 'View' },
        { container: 'prod', user: JANE, right: 'Owner' },
      ],
    },
  });
  account = { kind: 'user', id: userOf(bench.sim.state(), 'jane').id };
});
afterEach(() => bench.close());

const read = async () => readRemainingAccess(await connect(bench.settings, bench.sim.env), account);

describe('readRemainingAccess', () => {
  test('lists groups, own permissions and those of groups; ownership first', async () => {
    const { disabled, paths, unread } = await read();
    expect([disabled, unread]).toEqual([false, []]);
    expect(paths[0]).toMatchObject({ label: `Owner of ${JANE} on prod`, through: [], owns: true });
    expect(paths.slice(1).map(({ label, through }) => [label, through])).toEqual(
      expect.arrayContaining([
        ['member of sre', []],
        ['View of sre on prod', ['sre']],
      ]),
    );
  });

  test('a deleted account counts as disabled', async () => {
    bench.sim.admin.deleteUser(JANE);
    expect(await read()).toMatchObject({ disabled: true });
  });

  test('reports reads that failed, and never as absent access', async () => {
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'GET', path: `/users/${account.id}` }] });
    const { disabled, unread } = await read();
    expect(disabled).toBeUndefined();
    expect(unread[0]).toMatch(/^whether the login is disabled: /);
  });
});

const nothing: RemainingAccess = { disabled: true, paths: [], work: [], unread: [] };
test.each<[string, Partial<RemainingAccess>, boolean]>([
  ['nothing is left', {}, false],
  ['the login is active', { disabled: false }, true],
  ['the login could not be read', { disabled: undefined }, false],
  ['a permission is left', { paths: [{ kind: 'role-binding', id: '1', label: 'x', through: [] }] }, true],
  ['a session is open', { work: [{ what: 'sessions', open: 1 }] }, true],
  ['no session is open', { work: [{ what: 'sessions', open: 0 }, { what: 'check-outs' }] }, false],
])('hasRemainingAccess: %s', (_, more, expected) => {
  expect(hasRemainingAccess({ ...nothing, ...more })).toBe(expected);
});
