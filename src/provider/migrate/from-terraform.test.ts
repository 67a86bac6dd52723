import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, groupOf, userOf } from '../../../test/support/assert/facts.js';
import { group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import { importState, missingEntries, type StateResource } from './from-terraform.js';

let bench: Workbench;
const data: WorkbenchOptions['data'] = {
  users: [{ userName: 'jane@example.com', externalId: 'idp-1' }],
  groups: [{ displayName: 'sre', members: ['jane@example.com'] }],
  containers: ['prod'],
  containerPermissions: [{ container: 'prod', user: 'jane@example.com', right: 'Owner' }],
};
beforeEach(async () => {
  bench = await openWorkbench({ data });
});
afterEach(() => bench.close());

const jane = () => userOf(bench.sim.state(), 'jane');
const userEntry = (): StateResource => ({
  address: 'delinea_user.jane',
  kind: 'user',
  values: { id: jane().id, userName: 'jane@example.com', externalId: 'idp-1', onRemoval: 'deactivate' },
});
const groupEntry = (): StateResource => {
  const { id } = groupOf(bench.sim.state(), 'sre');
  return { address: 'delinea_group.sre', kind: 'group', values: { id, displayName: 'sre', members: [jane().id] } };
};
const imported = async (entries: readonly StateResource[], ...declarations: readonly Declaration[]) =>
  (await importState(await connect(bench.settings, bench.sim.env), entries, declarations)).objects;

describe('importState', () => {
  test('records a correlation key only when the code declares it', async () => {
    const [undeclared] = await imported([userEntry()], user('jane'));
    const [declared] = await imported([userEntry()], user('jane', { externalId: 'idp-1' }));
    expect([undeclared?.correlation, declared?.correlation]).toEqual([undefined, 'idp-1']);
  });

  test('records members only when the code declares the list', async () => {
    const [undeclared] = await imported([groupEntry()], group('sre'));
    const [declared] = await imported([groupEntry()], group('sre', membersOf(user('jane'))));
    expect([undeclared?.managedMembers, declared?.managedMembers]).toEqual([undefined, { members: [jane().id] }]);
  });

  test('records an edge for every live element of an authoritative set', async () => {
    const owned = await imported([
      {
        address: 'delinea_container_permissions.prod',
        kind: 'container-permissions',
        values: {
          container: 'prod',
          grants: [{ principalType: 'user', principalId: jane().id, right: 'Owner' }],
        },
      },
    ]);
    expect(owned).toMatchObject([{ address: 'delinea_container_permissions.prod', kind: 'container-permission' }]);
    expect(factsOf(bench.sim.state())).toContain('jane@example.com has Owner on prod');
  });

  test('records settings from the state, and those of lifecycle from the code', async () => {
    const { values } = userEntry();
    const protectedUser = user('jane', { adopt: 'whenEqual' }, { preventDestroy: true });
    const states: readonly StateResource[] = [
      { ...userEntry(), values: { ...values, adopt: 'always', onRemoval: 'retain', previousNames: null } },
      { address: 'delinea_role_bindings.all', kind: 'role-bindings', values: { role: 'Admin', allowEmpty: true } },
    ];
    const tenant = await connect(bench.settings, bench.sim.env);
    expect(await importState(tenant, states, [protectedUser])).toMatchObject({
      objects: [{ onRemoval: 'retain', settings: { adopt: 'always', preventDestroy: true } }],
      sets: [{ address: 'delinea_role_bindings.all', settings: { allowEmpty: true } }],
    });
  });

  test('an unknown container is an error at its attribute of the address', async () => {
    const values = { id: '1', container: 'gone', principalType: 'user', principalId: jane().id, right: 'View' };
    const entry = { address: 'delinea_container_permission.g', kind: 'container-permission', values };
    await expect(imported([entry])).rejects.toMatchObject({
      code: 'unknown_name',
      path: 'delinea_container_permission.g.container',
    });
  });
});

test('missingEntries: returns the former entries that the new ones do not have', async () => {
  const [one] = await imported([userEntry()]);
  const [two] = await imported([groupEntry()]);
  expect(missingEntries([one!], [{ ...one!, address: 'delinea_user.other' }, two!])).toEqual([two]);
});
