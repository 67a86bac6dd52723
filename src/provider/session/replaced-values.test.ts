import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
let idOf: (name: string) => string;
beforeEach(async () => {
  bench = await openSessionBench({
    data: {
      users: ['ann', 'bob', 'cleo'].map((name) => ({ userName: `${name}@example.com`, title: `The ${name}` })),
      groups: [{ displayName: 'ops', members: ['ann@example.com', 'bob@example.com'] }],
      containers: ['prod'],
      roles: ['Auditor'],
      containerPermissions: [
        { container: 'prod', user: 'ann@example.com', right: 'Owner' },
        { container: 'prod', user: 'bob@example.com', right: 'Edit' },
        { container: 'prod', user: 'cleo@example.com', right: 'Owner' },
      ],
      roleBindings: [{ role: 'Auditor', user: 'bob@example.com' }],
    },
  });
  const { users } = bench.sim.state();
  idOf = (name) => users.find(({ userName }) => userName === `${name}@example.com`)!.id;
});
afterEach(() => bench.close());

const to = (name: string) => ({ principalType: 'user', principalId: idOf(name) });
const creation = (kind: string, declared: Values) => ({
  resource: resourceOf(kind),
  declared: { adopt: 'always', ...declared },
});
const replacedBy = async (...args: Parameters<typeof creation>) =>
  (await (await bench.open()).plan(creation(...args))).replaces;

describe('a creation', () => {
  test('replaces nothing when nothing exists, or when it equals what exists', async () => {
    expect(await replacedBy('user', { userName: 'new@example.com' })).toEqual([]);
    expect(await replacedBy('user', { userName: 'ann@example.com', title: 'The ann' })).toEqual([]);
    expect(await replacedBy('role-binding', { role: 'Auditor', ...to('bob') })).toEqual([]);
  });

  test('replaces values, and names the members that leave', async () => {
    expect(await replacedBy('user', { userName: 'ann@example.com', title: 'Lead', department: 'IT' })).toEqual([
      'title = "The ann"',
    ]);
    expect(await replacedBy('group', { displayName: 'ops', members: [idOf('ann'), idOf('cleo')] })).toEqual([
      'member bob@example.com',
    ]);
    const renamed = { userName: 'doe@example.com', previousNames: ['ann@example.com'] };
    expect(await replacedBy('user', renamed)).toEqual(['user_name = "ann@example.com"']);
  });

  test('replaces the right of a permission, and the access that a set does not list', async () => {
    const permission = { container: 'prod', ...to('ann'), right: 'View' };
    expect(await replacedBy('container-permission', permission)).toEqual(['Owner of ann@example.com on prod']);
    const grants = [
      { ...to('ann'), right: 'View' },
      { ...to('cleo'), right: 'Owner' },
    ];
    expect(await replacedBy('container-permissions', { container: 'prod', grants })).toEqual([
      'Edit of bob@example.com on prod',
      'Owner of ann@example.com on prod',
    ]);
    expect(await replacedBy('role-bindings', { role: 'Auditor', holders: [to('ann')] })).toEqual([
      'Auditor of bob@example.com',
    ]);
  });

  test('replaces what is not known before the apply when another address has the object in its state', async () => {
    const ann = await bench.apply('user', { userName: 'ann@example.com', adopt: 'always' });
    const session = await bench.open();
    await session.read(ann);
    expect((await session.plan(creation('user', { userName: 'ann@example.com', title: 'Lead' }))).replaces).toBe(
      undefined,
    );
  });

  test('replaces nothing when it equals what another address has, read before or after', async () => {
    const ann = await bench.apply('user', { userName: 'ann@example.com', adopt: 'always' });
    const equal = creation('user', { userName: 'ann@example.com' });
    const session = await bench.open();
    expect((await session.plan(equal)).replaces).toEqual([]);
    const other = await bench.open();
    await other.read(ann);
    expect((await other.plan(equal)).replaces).toEqual([]);
  });
});

describe('the apply of a creation', () => {
  const set = () => creation('role-bindings', { role: 'Auditor', holders: [to('bob')] });

  test('is refused when it would replace more than its plan has shown', async () => {
    const session = await bench.open();
    const { replaces } = await session.plan(set());
    bench.sim.admin.bindRole('Auditor', { user: 'cleo@example.com' });
    const { error } = await session.apply({ ...set(), replaces });
    expect(error).toMatchObject({
      code: 'stale_plan',
      message: expect.stringContaining('would also replace Auditor of cleo@example.com, which its plan does not show'),
    });
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('is made when it replaces less, or when the plan could not know it', async () => {
    for (const replaces of [['Auditor of ann@example.com'], undefined]) {
      expect((await (await bench.open()).apply({ ...set(), replaces })).error).toBeUndefined();
    }
  });
});
