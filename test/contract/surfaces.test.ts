import { afterEach, describe, expect, test } from '@jest/globals';
import { connect, type Declaration, makePlan, readSettings } from '../../src/provider/index.js';
import { factsOf, groupOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, declared, grant, group, idOf, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const [boss, jane, tom] = [
  user('boss', { title: 'Head' }),
  user('jane', {
    displayName: 'Jane Doe',
    givenName: 'Jane',
    familyName: 'Doe',
    emails: [{ value: 'jane@example.com', primary: true }, { value: 'J.Doe@example.com' }],
    externalId: 'ext-jane',
    phoneNumbers: [{ value: '+49 30 1', type: 'work' }],
    title: 'Engineer',
    department: 'Platform',
    manager: { ref: 'delinea_user.boss', attribute: 'id' },
    active: true,
  }),
  user('tom'),
] as const;
const inner = group('inner', membersOf(tom));
const outer = group('outer', {
  description: 'All of them',
  externalId: 'ext-outer',
  members: [idOf(jane), idOf(inner)],
});
const vault = declared('container', 'vault', { name: 'vault' });
const everything: Declaration[] = [
  boss,
  jane,
  tom,
  inner,
  outer,
  grant('outer_on_prod', 'prod', outer, 'Owner'),
  grant('jane_on_stage', 'stage', jane, 'View'),
  vault,
  grant('jane_on_vault', '', jane, 'Edit', { container: idOf(vault) }),
  bind('jane_admin', 'Platform Admin', jane),
  bind('outer_user', 'platform user', outer),
];
const wanted = [
  'boss@example.com in bystanders',
  'group bystanders: ',
  'group inner: ',
  'group outer: All of them',
  'group:inner in outer',
  'group:outer has Owner on prod',
  'group:outer is Platform User',
  'jane@example.com has Edit on vault',
  'jane@example.com has View on stage',
  'jane@example.com in outer',
  'jane@example.com is Platform Admin',
  'stranger@example.com has Edit on prod',
  'tom@example.com in inner',
  'user boss@example.com active',
  'user jane@example.com active',
  'user stranger@example.com active',
  'user tom@example.com active',
];

/** Seeded objects, so that the two id spaces collide: each id means another object on the other surface. */
const data = {
  users: [{ userName: 'stranger@example.com' }, { userName: 'boss@example.com', title: 'Head' }],
  groups: [{ displayName: 'bystanders', members: ['boss@example.com'] }],
  containers: ['prod', 'stage'],
  containerPermissions: [{ container: 'prod', user: 'stranger@example.com', right: 'Edit' }],
};

const userSurfaces = ['platform-rest', 'platform-scim', 'scim-cloud'];
const routes = userSurfaces.flatMap((users) => userSurfaces.map((groups) => [users, groups] as const));

describe.each([
  ['shared ids', { idSpaces: 'shared' }],
  ['split ids', { idSpaces: 'split' }],
  ['numbers of their own', { idSpaces: 'split', numbered: true }],
] as const)('surfaces with %s', (_, ids) => {
  test.each(routes)(
    'give the declared access and an empty second plan with users on %s and groups on %s',
    async (users, groups) => {
      bench = await openWorkbench({
        data,
        ...ids,
        provider: {
          externalIdFrom: 'userName',
          routing: [
            { kind: 'user', surface: users },
            { kind: 'group', surface: groups },
          ],
        },
      });
      const first = await bench.converge(everything);
      expect(first.failures).toEqual([]);
      expect(first.converged).toBe(true);
      expect(factsOf(bench.sim.state())).toEqual(wanted);
      expect(userOf(bench.sim.state(), 'jane')).toMatchObject({
        displayName: 'Jane Doe',
        name: { givenName: 'Jane', familyName: 'Doe' },
        externalId: 'ext-jane',
        title: 'Engineer',
        department: 'Platform',
        manager: 'boss@example.com',
      });
      expect(groupOf(bench.sim.state(), 'outer')).toMatchObject({ externalId: 'ext-outer' });

      const again = await bench.plan(everything);
      expect(stepsOf(again)).toEqual([]);
      expect(again.delinea.findings.map(({ message }) => message)).toEqual([
        'Edit of stranger@example.com on prod: not in code',
      ]);
      expect(again.applyable).toBe(false);
    },
  );
});

test('surfaces: the second plan is empty when lists omit attributes', async () => {
  bench = await openWorkbench({ data, leanLists: true });
  expect((await bench.converge(everything)).failures).toEqual([]);
  expect(stepsOf(await bench.plan(everything))).toEqual([]);
  bench.sim.admin.editUser('jane@example.com', { title: 'Cook' });
  expect(stepsOf(await bench.plan(everything))).toEqual(['update user jane@example.com']);
});

test('surfaces: routing a kind to a surface that does not serve it is an error', async () => {
  const routing = [{ kind: 'container-permission', surface: 'platform-rest' }];
  await expect(openWorkbench({ data, provider: { routing } })).rejects.toMatchObject({
    code: 'unserved',
    hint: expect.stringContaining('scim-cloud'),
  });
});

test('surfaces: an attribute that the surface lacks is an error with its address before any write', async () => {
  bench = await openWorkbench({ data });
  const odd = [outer, jane, tom, boss, inner, grant('odd', 'prod', outer, 'Owner', { secretRight: 'View' })];
  await expect(bench.plan(odd)).rejects.toMatchObject({
    errors: [{ code: 'unserved', path: 'delinea_container_permission.odd.secret_right' }],
  });
  expect(bench.sim.requests.writes).toBe(0);
});

test('surfaces: a wrong base URL is an error that names the other surfaces', async () => {
  bench = await openWorkbench({ data });
  const { url } = bench.sim;
  const env = { ...bench.sim.env };
  const wrongUrl = readSettings({ surfaces: [{ name: 'platform-rest', baseUrl: `${url}/elsewhere` }] }, env);
  const planning = makePlan(await connect(wrongUrl, env), { stack: 'test', declarations: everything, owned: [] });
  await expect(planning).rejects.toMatchObject({
    code: 'wrong_surface',
    hint: expect.stringContaining('platform-scim'),
  });
  expect(bench.sim.requests.writes).toBe(0);
});
