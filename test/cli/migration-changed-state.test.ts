import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import type { OwnedObject } from '../../src/provider/index.js';
import { type Blocks, LEDGER, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const jane = `\${delinea_user.jane.id}`;
const ops = `\${delinea_group.ops.id}`;
const owners = (...principals: [string, string][]) =>
  principals.map(([principal_type, principal_id]) => ({ principal_type, principal_id, right: 'Owner' }));
const holders = (...principals: [string, string][]) =>
  principals.map(([principal_type, principal_id]) => ({ principal_type, principal_id }));

const stays = {
  jane: { user_name: 'jane@example.com' },
};
const before: Blocks = {
  delinea_user: { ...stays, bob: { user_name: 'bob@example.com' } },
  delinea_group: { ops: { display_name: 'ops', members: [jane] }, sre: { display_name: 'sre', members: [jane] } },
  delinea_container_permission: {
    own: { container: 'prod', principal_type: 'user', principal_id: jane, right: 'View' },
    kept: { container: 'prod', principal_type: 'group', principal_id: ops, right: 'View', on_removal: 'retain' },
  },
  delinea_container_permissions: { whole: { container: 'old', grants: owners(['user', jane], ['group', ops]) } },
  delinea_role_bindings: { audit: { role: 'Auditor', holders: holders(['user', jane]) } },
};
/** Changes one holder and removes one Owner, a user, a group and two permissions. */
const after: Blocks = {
  delinea_user: stays,
  delinea_group: { ops: { display_name: 'ops', members: [jane] } },
  delinea_container_permissions: { whole: { container: 'old', grants: owners(['group', ops]) } },
  delinea_role_bindings: { audit: { role: 'Auditor', holders: holders(['group', ops]) } },
};
const LEFT =
  /^4 resources no longer managed: delinea_container_permission\.kept, delinea_container_permission\.own, delinea_group\.sre and 1 more$/m;

let engines: TwoEngines;

beforeEach(async () => {
  engines = await openTwoEngines({ data: { containers: ['prod', 'old'], roles: ['Auditor'] } });
});

afterEach(() => engines.close());

const importState = async (...more: string[]) => {
  const { path, folder, cli } = engines;
  writeFileSync(path('state.json'), (await folder.run(['show', '-json'])).out);
  return cli('import-state', path('state.json'), '--stack', folder.path, ...more);
};

/** Moves the stack to Terraform, which then applies the next one. */
async function inTerraform(next: Blocks): Promise<void> {
  const { declare, cli, folder, path } = engines;
  const done = { code: 0, err: '' };
  declare(before);
  expect(await cli('apply', folder.path, '--auto-approve', '--init-ledger')).toMatchObject(done);
  expect(await cli('export-terraform', folder.path)).toMatchObject(done);
  expect(await folder.run(['apply', '-auto-approve'])).toMatchObject(done);
  writeFileSync(path('imports.tf'), '');
  declare(next, {
    provider: { delinea: [{ visibility_seconds: 1, retries: 0, allow_removals: 9, allow_orphans: ['old'] }] },
  });
  expect(await folder.run(['apply', '-auto-approve'])).toMatchObject(done);
  // Only Terraform accepts an allowance in code.
  declare(next);
}

describe('import-state of a changed state', () => {
  terraformTest('reports the objects that Terraform removed, and the plan is empty', async () => {
    await inTerraform(after);
    const { code, out, err } = await importState();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(LEFT);
    const { objects } = JSON.parse(engines.read(LEDGER)) as { objects: OwnedObject[] };
    expect(objects.map(({ address }) => address)).toEqual([
      'delinea_container_permissions.whole',
      'delinea_group.ops',
      'delinea_role_bindings.audit',
      'delinea_user.jane',
    ]);
    expect((await engines.cli('plan', engines.folder.path)).out).toMatch(/^No changes/m);
  });

  terraformTest('replaces the entries of an authoritative set although one was granted again', async () => {
    await inTerraform(after);
    engines.sim.admin.grant('old', { user: 'jane@example.com' }, 'View');
    expect(await importState()).toMatchObject({ code: 0, err: '' });
    expect((await engines.cli('plan', engines.folder.path)).out).toContain('View of jane@example.com on old');
  });

  terraformTest('refuses to forget objects that still exist unless --replace is given', async () => {
    await inTerraform(after);
    const { sim, read } = engines;
    sim.admin.editUser('bob@example.com', { active: true });
    sim.admin.grant('prod', { user: 'jane@example.com' }, 'View');
    const ledger = read(LEDGER);
    const { code, err } = await importState();
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('not in the state: delinea_container_permission.own, delinea_user.bob\n'),
    ]);
    expect(err).toContain('pass --replace');
    expect(read(LEDGER)).toBe(ledger);
    expect((await importState('--replace')).out).toMatch(LEFT);
  });

  terraformTest('refuses to forget permissions on the old container when the set moved', async () => {
    await inTerraform({
      ...after,
      delinea_container_permissions: { whole: { container: 'prod', adopt: 'always', grants: owners(['group', ops]) } },
    });
    engines.sim.admin.grant('old', { user: 'jane@example.com' }, 'Owner');
    const { code, err } = await importState();
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('not in the state: delinea_container_permissions.whole\n'),
    ]);
  });

  terraformTest('exits with 5 when the tenant cannot be read', async () => {
    await inTerraform(after);
    engines.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    expect(await importState()).toMatchObject({ code: 5 });
  });
});
