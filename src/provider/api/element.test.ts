import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings.js';
import { connect, type Tenant } from '../tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeEach(async () => {
  const data = {
    roles: ['Admin', 'Auditor', 'Tier 0/DC'],
    users: [{ userName: 'ada', roles: ['Auditor'] }],
    groups: [{ displayName: 'Ops', roles: ['Admin'] }],
  };
  simulator = await startSimulator({ data });
  tenant = await connect(readSettings({ retries: 0 }, simulator.env), {});
});
afterEach(() => simulator.close());

const bindings = () => simulator.state().roleBindings.map(({ role, user, group }) => `${role} ${user ?? group}`);
const edge = (type: 'user' | 'group', role: string) => {
  const { users, groups } = simulator.state();
  return { role, principalType: type, principalId: (type === 'user' ? users : groups)[0]!.id };
};

describe.each(['user', 'group'] as const)('roles of a %s', (type) => {
  const who = type === 'user' ? 'ada' : 'Ops';
  const [held, free] = type === 'user' ? ['Auditor', 'Admin'] : ['Admin', 'Auditor'];

  test('one is added and taken away, and the others stay', async () => {
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

  test('what is there already, and what is gone already, is no write', async () => {
    const roles = tenant.collection('role-binding');
    await roles.create(edge(type, held.toUpperCase()));
    await roles.remove({ id: 'x', values: edge(type, free), raw: {} });
    expect(simulator.requests.writes).toBe(0);
  });

  test('they are listed by holder and found by name without case', async () => {
    const roles = tenant.collection('role-binding');
    expect((await roles.list(edge(type, held))).map(({ values }) => values)).toEqual([edge(type, held)]);
    expect(await roles.find(edge(type, held.toLowerCase()))).toHaveLength(1);
    expect(await roles.find(edge(type, free))).toEqual([]);
  });

  test('a name with a slash keeps its id', async () => {
    const roles = tenant.collection('role-binding');
    const id = await roles.create(edge(type, 'Tier 0/DC'));
    expect((await roles.get(id!))?.values.role).toBe('Tier 0/DC');
  });
});

test('nobody holds roles who is not there', async () => {
  const roles = tenant.collection('role-binding');
  const nobody = { role: 'Admin', principalType: 'user', principalId: 'nobody' };
  expect(await roles.list(nobody)).toEqual([]);
  await expect(roles.create(nobody)).rejects.toMatchObject({ code: 'not_found' });
  await expect(roles.remove({ id: 'x', values: nobody, raw: {} })).resolves.toBeUndefined();
  await expect(roles.update({ id: 'x', values: nobody, raw: {} }, {})).rejects.toMatchObject({ code: 'unserved' });
  await expect(roles.create(edge('user', 'Nonesuch'))).rejects.toMatchObject({ code: 'rejected', status: 400 });
});
