import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf, findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, looked, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'stranger@example.com' }],
      containers: [
        'production',
        { name: 'keys', parent: 'production' },
        'staging',
        'Personal',
        { name: 'unique', parent: 'staging' },
      ],
      roles: ['Auditor'],
    },
  });
  bench.sim.admin.addContainer('keys', 'staging');
});
afterEach(() => bench.close());

const sre = group('sre');
const on = (container: string) => [sre, grant('g', container, sre, 'Edit')];
const keys = (parent: string) =>
  bench.sim.state().containers.find((found) => found.name === 'keys' && found.parent === parent)!.id;

test.each(['unique', 'UNIQUE', '/staging/unique', '/Staging/Unique'])(
  'a container by unique name or path, without case: %s',
  async (container) => {
    expect((await bench.converge(on(container))).failures).toEqual([]);
    expect(factsOf(bench.sim.state())).toContain('group:sre has Edit on unique');
    expect(stepsOf(await bench.plan(on(container)))).toEqual([]);
  },
);

test('find by name: one of several containers with a name is found by path and by id', async () => {
  const both = (first: string, second: string) => [
    sre,
    grant('a', first, sre, 'Edit'),
    grant('b', second, sre, 'View'),
  ];
  expect((await bench.converge(both('/production/keys', keys('staging')))).failures).toEqual([]);
  expect(stepsOf(await bench.plan(both(keys('production'), '/staging/keys')))).toEqual([]);
});

test('find by name: several containers with a name are listed with their paths, and nothing is written', async () => {
  const plan = await bench.plan(on('keys'));
  expect(findingsOf(plan)).toEqual(['error ambiguous delinea_container_permission.g.container']);
  const message = plan.delinea.findings[0]!.message;
  for (const part of [keys('production'), keys('staging'), '/production/keys', '/staging/keys'])
    expect(message).toContain(part);
  expect(stepsOf(plan)).toEqual(['create group sre']);
});

test('find by name: a container whose id is the name of another is found by path, and stays managed by id', async () => {
  await bench.close();
  bench = await openWorkbench({ data: { containers: ['A', 'B', '1'] } });
  expect((await bench.converge(on('/A'))).failures).toEqual([]);
  expect(stepsOf(await bench.plan(on('/A')))).toEqual([]);
  const { delinea } = await bench.plan(on('1'));
  expect(delinea.findings).toEqual([
    expect.objectContaining({ code: 'ambiguous', hint: 'It is the id of one and the name of another. Use the path.' }),
  ]);
  expect((await bench.converge([sre])).failures).toEqual([]);
  expect(bench.sim.state().containerPermissions).toEqual([]);
});

test.each([
  ['container', on('prodution'), '"production"'],
  ['container', on('/staging/uniqe'), '"/staging/unique"'],
  ['role', [user('jane'), bind('b', 'Auditer', user('jane'))], '"Auditor"'],
])(
  'an unknown %s ends the plan before anything is written, with the nearest names',
  async (kind, declarations, near) => {
    await expect(bench.plan(declarations)).rejects.toMatchObject({
      code: 'unknown_name',
      message: expect.stringContaining(`there is no ${kind}`),
      path: expect.stringMatching(/^delinea_.+\.(container|role)$/),
      hint: expect.stringContaining(near),
    });
    expect(bench.sim.requests.writes).toBe(0);
  },
);

test('find by name: unmanaged objects are referred to by name; an unknown name is an error', async () => {
  const stranger = looked('user', 'stranger', { userName: 'STRANGER@example.com' });
  expect((await bench.converge([stranger, grant('g', 'staging', stranger, 'View')])).failures).toEqual([]);
  expect(factsOf(bench.sim.state())).toContain('stranger@example.com has View on staging');
  expect([...bench.ledger.values()].map(({ kind }) => kind)).toEqual(['container-permission']);
  await expect(bench.plan([looked('user', 'x', { userName: 'strangr@example.com' })])).rejects.toMatchObject({
    code: 'unknown_name',
    hint: expect.stringMatching(/stranger@example\.com|Declare it/),
  });
});

test('find by name: an id that no object has is an error', async () => {
  await expect(bench.plan([group('sre', { members: ['nobody'] })])).rejects.toMatchObject({
    code: 'unknown_name',
    path: 'delinea_group.sre.members',
  });
});

test('find by name: a path begins at the root, so a folder below a hidden one does not have the path /name', async () => {
  await bench.close();
  bench = await openWorkbench({
    data: { containers: ['top', { name: 'db', parent: 'top' }] },
    provider: { profile: 'secret-server' },
  });
  bench.sim.seeOnly(['db']);
  await expect(bench.plan(on('/db'))).rejects.toMatchObject({
    code: 'unknown_name',
    message: 'there is no container "/db" on the Secret Server REST',
  });
  expect(findingsOf(await bench.plan(on('db')))).toEqual([]);
});
