import { afterEach, describe, expect, test } from '@jest/globals';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { EffectiveAccess } from '../access/effective-access.js';
import { findPrincipal, findScope } from '../access/find-object.js';
import { tenantAccess } from '../access/tenant-access.js';
import { connect } from '../api/tenant.js';
import { readTenantAccess } from './tenant-access.js';

const data = {
  users: [{ userName: 'jane@example.com' }, { userName: 'tom@example.com', active: false }],
  groups: [
    { displayName: 'dba', members: ['jane@example.com', 'tom@example.com'] },
    { displayName: 'sre', members: [] },
  ],
  containers: ['prod'],
  containerPermissions: [
    { container: 'prod', group: 'dba', right: 'Owner' },
    { container: 'prod', user: 'jane@example.com', right: 'View' },
  ],
};
let bench: Workbench;
afterEach(() => bench.close());

const read = async () => readTenantAccess(await connect(bench.settings, bench.sim.env));

describe('readTenantAccess', () => {
  test.each(['platform', 'secret-server'])(
    '%s: users, groups, members, containers and permissions',
    async (profile) => {
      bench = await openWorkbench({ data, provider: { profile } });
      const state = await read();
      const access = new EffectiveAccess(state);
      const who = access
        .who(findScope(state, 'prod'))
        .map(({ principal, right, hops }) => `${principal.name} ${right} ${hops}`);
      expect(who).toEqual(
        expect.arrayContaining([
          'dba Owner 0',
          'jane@example.com Owner 1',
          'jane@example.com View 0',
          'tom@example.com Owner 1',
        ]),
      );
      expect([findPrincipal(state, 'jane@example.com').active, findPrincipal(state, 'tom@example.com').active]).toEqual(
        [true, false],
      );
      expect(tenantAccess.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    },
  );

  test('a part that the account may not read is listed, not left out', async () => {
    bench = await openWorkbench({ data });
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    const state = await read();
    expect(state.grants.filter(({ kind }) => kind === 'container-permission')).toEqual([]);
    expect(state.unread.join()).toMatch(/container permissions: .*403/);
  });

  test('a service that fails ends the read', async () => {
    bench = await openWorkbench({ data });
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 500, path: '/groups' }] });
    await expect(read()).rejects.toThrow();
  });
});
