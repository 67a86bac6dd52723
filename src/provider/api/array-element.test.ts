import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import type { EdgeResource } from '../model/resource.js';
import { readSettings } from '../settings/settings.js';
import { elementCollection } from './array-element.js';
import type { Collection } from './collection.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeEach(async () => {
  const data = {
    roles: ['Admin', 'Auditor', 'Tier 0/DC'],
    users: [{ userName: 'ada', roles: ['Auditor'] }],
    groups: [{ displayName: 'Ops', roles: ['Admin'] }],
  };
  simulator = await startSimulator({ data });
  tenant = (await connect(readSettings({ retries: 0 }, simulator.env), {})).permitWrites();
});
afterEach(() => simulator.close());

const bindings = () => simulator.state().roleBindings.map(({ role, user, group }) => `${role} ${user ?? group}`);
const edge = (type: 'user' | 'group', role: string) => {
  const { users, groups } = simulator.state();
  return { role, principalType: type, principalId: (type === 'user' ? users : groups)[0]!.id };
};

describe.each(['user', 'group'] as const)('elementCollection: roles of a %s', (type) => {
  const who = type === 'user' ? 'ada' : 'Ops';
  const [held, free] = type === 'user' ? ['Auditor', 'Admin'] : ['Admin', 'Auditor'];

  test('create and remove: change one role and keep the others', async () => {
    const roles = tenant.collection('role-binding');
    const before = bindings();
    const id = await roles.create(edge(type, free));
    expect(bindings()).toEqual([...before, `${free} ${who}`].sort());
    const live = (await roles.get(id!))!;
    expect(live).toMatchObject({ id, values: edge(type, free) });
    await roles.remove(live);
    expect(bindings()).toEqual(before);
    expect(await roles.get(id!)).toBeUndefined();
  });

  test('create and remove: send nothing when the array is as wanted', async () => {
    const roles = tenant.collection('role-binding');
    await roles.create(edge(type, held.toUpperCase()));
    await roles.remove({ id: 'x', values: edge(type, free), raw: {} });
    expect(simulator.requests.writes).toBe(0);
  });

  test('list and find: return the roles of one carrier, by name without case', async () => {
    const roles = tenant.collection('role-binding');
    expect((await roles.list(edge(type, held))).map(({ values }) => values)).toEqual([edge(type, held)]);
    expect(await roles.find(edge(type, held.toLowerCase()))).toHaveLength(1);
    expect(await roles.find(edge(type, free))).toEqual([]);
  });

  test('get: finds a role whose name contains a slash', async () => {
    const roles = tenant.collection('role-binding');
    const id = await roles.create(edge(type, 'Tier 0/DC'));
    expect((await roles.get(id!))?.values.role).toBe('Tier 0/DC');
  });
});

describe('elementCollection: another run writes the array after ours', () => {
  /** The collection of a run, of whose next write another run knows nothing. */
  async function besides(written?: readonly string[], writeMs = 0) {
    const { resource, surface, wire } = tenant.collection('role-binding');
    const users = tenant.collection('user');
    const ada = (await users.get(edge('user', '').principalId))!;
    let isFirst = true;
    return elementCollection(resource as EdgeResource, surface, wire, (kind) => {
      const carriers = tenant.collection(kind);
      const update: Collection['update'] = async (live, changes, access) => {
        await carriers.update(live, changes, access);
        await sleep(writeMs);
        if (isFirst && written) await users.update(ada, { roles: written }, 'admin');
        isFirst = false;
      };
      return { ...carriers, update };
    });
  }

  test("find: throws when an added role was overwritten, and keeps the other run's change", async () => {
    const roles = await besides(['Auditor', 'Tier 0/DC']);
    await roles.create(edge('user', 'Admin'));
    await expect(roles.find(edge('user', 'Admin'))).rejects.toMatchObject({ code: 'overwritten' });
    expect(bindings()).toEqual(['Admin Ops', 'Auditor ada', 'Tier 0/DC ada']);
    await roles.create(edge('user', 'Admin'));
    expect(bindings()).toEqual(['Admin Ops', 'Admin ada', 'Auditor ada', 'Tier 0/DC ada']);
  });

  test('find: throws when a removed role is back', async () => {
    const roles = await besides(['Auditor', 'Tier 0/DC']);
    const held = (await roles.find(edge('user', 'Auditor')))![0]!;
    await roles.remove(held);
    await expect(roles.find(edge('user', 'Auditor'))).rejects.toMatchObject({ code: 'overwritten' });
    await roles.remove(held);
    expect(await roles.find(edge('user', 'Auditor'))).toEqual([]);
    expect(bindings()).toEqual(['Admin Ops', 'Tier 0/DC ada']);
  });

  test('find: waits as long as our own write took', async () => {
    const roles = await besides(undefined, 1_000);
    const users = tenant.collection('user');
    const ada = (await users.get(edge('user', '').principalId))!;
    await roles.create(edge('user', 'Admin'));
    const found = roles.find(edge('user', 'Admin'));
    await Promise.all([
      expect(found).rejects.toMatchObject({ code: 'overwritten' }),
      users.update(ada, { roles: ['Auditor', 'Tier 0/DC'] }, 'admin'),
    ]);
  });

  test('find: returns the old array when the write is not visible yet', async () => {
    const roles = await besides(['Auditor']);
    await roles.create(edge('user', 'Admin'));
    expect(await roles.find(edge('user', 'Admin'))).toEqual([]);
    simulator.admin.bindRole('Tier 0/DC', { user: 'ada' });
    await expect(roles.find(edge('user', 'Admin'))).rejects.toMatchObject({ code: 'overwritten' });
    expect(await roles.find(edge('user', 'Admin'))).toEqual([]);
  });
});

test('list: is empty when the carrier does not exist', async () => {
  const roles = tenant.collection('role-binding');
  const nobody = { role: 'Admin', principalType: 'user', principalId: 'nobody' };
  expect(await roles.list(nobody)).toEqual([]);
  await expect(roles.create(nobody)).rejects.toMatchObject({ code: 'not_found' });
  await expect(roles.remove({ id: 'x', values: nobody, raw: {} })).resolves.toBeUndefined();
  await expect(roles.update({ id: 'x', values: nobody, raw: {} }, {})).rejects.toMatchObject({ code: 'unserved' });
  await expect(roles.create(edge('user', 'Nonesuch'))).rejects.toMatchObject({ code: 'rejected', status: 400 });
});

describe('elementCollection: members of a group', () => {
  const ends = () => {
    const { users, groups } = simulator.state();
    return { group: groups[0]!.id, principalType: 'user', principalId: users[0]!.id };
  };

  test('create and remove: change one member; an id in another case is another member', async () => {
    const members = tenant.collection('group-membership');
    const id = await members.create(ends());
    expect(id).toBe(`group/${ends().group}/${ends().principalId}`);
    expect(simulator.state().groups[0]!.members).toEqual(['ada']);
    const other = { ...ends(), principalId: ends().principalId.toUpperCase() };
    expect(await members.find(other)).toEqual([]);
    await members.remove({ id: 'x', values: other, raw: {} });
    expect(simulator.state().groups[0]!.members).toEqual(['ada']);
    await members.remove((await members.get(id!))!);
    expect(simulator.state().groups[0]!.members).toEqual([]);
  });

  test('find: takes the kind of the member from the key when the list shows only ids', async () => {
    const { resource, surface, wire } = tenant.collection('group-membership');
    await tenant.collection('group-membership').create(ends());
    const untyped = elementCollection(resource as EdgeResource, surface, wire, (kind) => {
      const groups = tenant.collection(kind);
      const get: Collection['get'] = async (id) => {
        const { about: _, ...live } = (await groups.get(id))!;
        return live;
      };
      return { ...groups, get };
    });
    expect(await untyped.find(ends())).toMatchObject([{ values: ends() }]);
    expect((await untyped.get(`group/${ends().group}/${ends().principalId}`))!.values).not.toHaveProperty(
      'principalType',
    );
  });
});
