import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration, Values } from '../../src/provider/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { declared, grant, idOf, looked, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const folder = (name: string, values: Values = {}) => declared('container', name, { name, ...values });
const below = (parent: Declaration) => ({ parent: idOf(parent) });

const data = {
  users: [{ userName: 'jane@example.com' }],
  containers: ['prod', 'stage', { name: 'db', parent: 'prod' }, { name: 'web', parent: 'prod', inherits: true }],
};
const open = async (profile: string) => {
  bench = await openWorkbench({ data, provider: { profile } });
};

/** Returns the folders of the tenant as `/parent/name`. */
const folders = () =>
  bench.sim.state().containers.map(({ name, parent }) => `${parent === undefined ? '' : `/${parent}`}/${name}`);

async function converge(...declarations: readonly Declaration[]) {
  const result = await bench.converge(declarations);
  expect(result.failures).toEqual([]);
  expect(result.plan.delinea.findings.filter(({ level }) => level === 'error')).toEqual([]);
  return result;
}

/** Returns the only error of a plan, which plans no change for its object. */
async function errorOf(...declarations: readonly Declaration[]) {
  const errors = (await bench.plan(declarations)).delinea.findings.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  return errors[0]!;
}

const everywhere = ['scim-cloud', 'secret-server', 'scim-connector'];
const team = folder('team');
const inner = folder('inner', below(team));
const byPath = folder('db2', { parent: '/prod/db' });

describe.each(everywhere)('containers on %s', (profile) => {
  test('create: parents first, and the second plan is empty', async () => {
    await open(profile);
    const created = await converge(inner, byPath, team);
    expect(stepsOf(created.plan)).toEqual(['create container db2', 'create container inner', 'create container team']);
    expect(folders()).toEqual(expect.arrayContaining(['/team', '/team/inner', '/db/db2']));
    const again = await bench.plan([inner, byPath, team]);
    expect([stepsOf(again), findingsOf(again)]).toEqual([[], []]);
  });

  test('permissions: refer to a folder of the same stack, also as an authoritative set', async () => {
    await open(profile);
    const jane = looked('user', 'jane', { userName: 'jane@example.com' });
    const single = declared('container-permission', 'single', {
      container: idOf(inner),
      principalType: 'user',
      principalId: idOf(jane),
      right: 'Owner',
    });
    const all = declared('container-permissions', 'all', {
      container: idOf(team),
      grants: [{ principalType: 'user', principalId: idOf(jane), right: 'View' }],
    });
    await converge(jane, single, all, team, inner);
    expect(factsOf(bench.sim.state())).toEqual(
      expect.arrayContaining(['jane@example.com has Owner on inner', 'jane@example.com has View on team']),
    );
    const again = await bench.plan([jane, single, all, team, inner]);
    expect(stepsOf(again)).toEqual([]);
    await converge(jane, { ...all, values: { ...all.values, grants: [], allowEmpty: true } }, team, inner);
    expect(factsOf(bench.sim.state()).filter((fact) => fact.startsWith('jane@example.com has'))).toEqual([]);
  });

  test('adopt: a folder with the name and the parent, whichever way the parent is named', async () => {
    await open(profile);
    const found = folder('DB', { parent: 'prod' });
    expect(stepsOf(await bench.plan([found]))).toEqual(['adopt container DB']);
    await converge(found);
    expect(bench.sim.requests.writes).toBe(0);
    expect(stepsOf(await bench.plan([folder('DB', { parent: '/prod' })]))).toEqual([]);
    // The folder with this name is below another parent.
    expect(stepsOf(await bench.plan([found, folder('db', { parent: 'stage' })]))).toEqual(['create container db']);
  });

  test('two folders with one name and parent: an error that names both ids', async () => {
    await open(profile);
    bench.sim.admin.addContainer('db', 'prod');
    const error = await errorOf(folder('db', { parent: 'prod' }));
    expect(error).toMatchObject({ code: 'ambiguous', message: expect.stringMatching(/several containers .*: ids /) });
  });

  test('duplicates: one new folder whose parent is named in two ways', async () => {
    await open(profile);
    const twice = [folder('new', { parent: 'prod' }), declared('container', 'twin', { name: 'NEW', parent: '/prod' })];
    expect(findingsOf(await bench.plan(twice)).sort()).toEqual([
      'error duplicate delinea_container.new',
      'error duplicate delinea_container.twin',
    ]);
  });

  test('removal: nothing is written, and the folder stays with everything in it', async () => {
    await open(profile);
    await converge(team, inner);
    const before = bench.sim.state();
    const writes = bench.sim.requests.writes;
    const removed = await converge();
    expect(stepsOf(removed.plan)).toEqual(['forget container inner', 'forget container team']);
    expect(removed.events.map(({ outcome, label }) => `${outcome} ${label}`).sort()).toEqual([
      'forgotten inner',
      'forgotten team',
    ]);
    expect(bench.sim.state()).toEqual(before);
    expect([bench.sim.requests.writes - writes, bench.ledger.size]).toEqual([0, 0]);
    expect(stepsOf(await bench.plan([team, inner]))).toEqual(['adopt container inner', 'adopt container team']);
  });

  test.each([
    ['a lost response', { kind: 'resetAfter' }, []],
    ['half a response', { kind: 'truncate' }, []],
    [
      'a refusal',
      { kind: 'status', status: 403 },
      ['delinea_container.inner skipped', 'delinea_container.team forbidden'],
    ],
  ] as const)('create with %s: makes no second folder, and the next run finishes', async (_, fault, failures) => {
    bench = await openWorkbench({ data, provider: { profile, retries: 0, visibilitySeconds: 0.5 } });
    bench.sim.faults.set({ faults: [{ ...fault, method: 'POST', path: '/(folders|Containers)', times: 1 }] });
    const first = await bench.converge([team, inner]);
    // The write of a failed create is read back: it counts if the folder is there.
    expect(failuresOf(first)).toEqual(failures);
    bench.sim.faults.set({});
    await converge(team, inner);
    expect(
      folders()
        .filter((path) => /team/.test(path))
        .sort(),
    ).toEqual(['/team', '/team/inner']);
    expect(stepsOf(await bench.plan([team, inner]))).toEqual([]);
  });

  test('a folder that the account cannot see: the error of the plan names it, and it is not created again', async () => {
    await open(profile);
    await converge(team);
    const writes = bench.sim.requests.writes;
    bench.sim.seeOnly(['prod']);
    // The connector shows every folder that its reports have (fact sheet 4.2).
    const hides = profile !== 'scim-connector';
    const plan = await bench.plan([team]);
    expect(findingsOf(plan)).toEqual(hides ? ['error forbidden delinea_container.team'] : []);
    expect(stepsOf(plan)).toEqual([]);
    expect(bench.sim.requests.writes).toBe(writes);
  });

  test('deleted outside of code: is drift, and the next apply creates it again', async () => {
    await open(profile);
    await converge(team, inner);
    bench.sim.admin.deleteContainer('inner');
    const result = await converge(team, inner);
    expect(findingsOf(result.plan)).toEqual(['drift deleted_out_of_band delinea_container.inner']);
    expect(stepsOf(result.plan)).toEqual(['create container inner']);
    expect(stepsOf(await bench.plan([team, inner]))).toEqual([]);
    expect(folders()).toContain('/team/inner');
  });

  test('move: is an error that explains itself, whether the code or the tenant has another parent', async () => {
    await open(profile);
    await converge(team, inner);
    expect(await errorOf(team, folder('inner', { parent: 'prod' }))).toMatchObject({
      code: 'immutable',
      message: expect.stringContaining('parent cannot be changed'),
      hint: expect.stringContaining('A move changes who reaches the folder'),
    });
    expect(await errorOf(team, folder('inner'))).toMatchObject({ code: 'immutable' });
    expect(folders()).toContain('/team/inner');
  });

  test('a parent that does not exist, or not yet: the error names the attribute, and the declaration', async () => {
    await open(profile);
    await expect(bench.plan([team, folder('new', { parent: 'TEAM' })])).rejects.toMatchObject({
      code: 'unknown_name',
      path: 'delinea_container.new.parent',
      message: 'container "TEAM" does not exist yet',
      hint: 'delinea_container.team declares it: refer to its id.',
    });
    await expect(bench.plan([folder('new', { parent: '/prdo' })])).rejects.toMatchObject({
      code: 'unknown_name',
      path: 'delinea_container.new.parent',
    });
  });

  test.each(['../prod', 'a\\b', ' prod', 'prod ', '\u0000', ''])(
    'name %j: is refused before any request',
    async (name) => {
      await open(profile);
      await expect(bench.plan([declared('container', 'odd', { name })])).rejects.toMatchObject({
        errors: [{ code: 'stack_invalid', path: 'delinea_container.odd.name' }],
      });
      expect(bench.sim.requests.gets + bench.sim.requests.lists + bench.sim.requests.writes).toBe(0);
    },
  );
});

describe.each(['secret-server', 'scim-connector'])('renames on %s', (profile) => {
  test('rename: in place, and folders below follow', async () => {
    await open(profile);
    await converge(team, inner);
    const renamed = declared('container', 'team', { name: 'crew' });
    const result = await converge(renamed, inner);
    expect(stepsOf(result.plan)).toEqual(['update container crew']);
    expect(folders()).toEqual(expect.arrayContaining(['/crew', '/crew/inner']));
    expect(stepsOf(await bench.plan([renamed, inner]))).toEqual([]);
  });

  test('rename to the name of another folder in the same parent: that one is adopted, and neither is renamed', async () => {
    await open(profile);
    await converge(team);
    const before = folders();
    const result = await converge(declared('container', 'team', { name: 'stage' }));
    expect(stepsOf(result.plan)).toEqual(['adopt container stage', 'forget container team']);
    expect(folders()).toEqual(before);
  });
});

test('scim-cloud: a rename is an error, since no call of it is published', async () => {
  await open('scim-cloud');
  await converge(team);
  expect(await errorOf(declared('container', 'team', { name: 'crew' }))).toMatchObject({
    code: 'immutable',
    message: expect.stringContaining('the SCIM Cloud Connector has no call that changes a container'),
  });
});

test.each(['scim-cloud', 'scim-connector'])(
  '%s: inheritance is not shown, so it cannot be declared',
  async (profile) => {
    await open(profile);
    await expect(bench.plan([folder('new', { inheritsPermissions: false })])).rejects.toMatchObject({
      errors: [{ code: 'unserved', path: 'delinea_container.new.inherits_permissions' }],
    });
  },
);

test('a surface that serves no folders: the error names those that do', async () => {
  await expect(
    openWorkbench({ data, provider: { routing: [{ kind: 'container', surface: 'platform-rest' }] } }),
  ).rejects.toMatchObject({ code: 'unserved', hint: expect.stringMatching(/scim-cloud or secret-server/) });
  bench = await openWorkbench({ data, provider: { profile: 'platform-identity' } });
  await expect(bench.plan([team])).rejects.toMatchObject({ errors: [{ code: 'unserved' }] });
});

describe('inheritance on secret-server', () => {
  const jane = user('jane');
  const child = (values: Values) => folder('child', { parent: 'prod', ...values });
  const inheritance = (name: string) =>
    bench.sim.state().containers.find((one) => one.name === name)?.inherits ?? false;

  test('a new folder inherits only if declared so', async () => {
    await open('secret-server');
    await converge(
      child({}),
      declared('container', 'heir', { name: 'heir', parent: 'prod', inheritsPermissions: true }),
    );
    expect([inheritance('child'), inheritance('heir')]).toEqual([false, true]);
  });

  test('a folder at the root cannot inherit: refused by the plan', async () => {
    await open('secret-server');
    expect(await errorOf(folder('top', { inheritsPermissions: true }))).toMatchObject({
      code: 'guarded',
      message: expect.stringContaining('inherits_permissions needs a parent'),
    });
  });

  test.each([
    ['web', false],
    ['db', true],
  ])('inheritance of the folder %s is never changed to %s', async (name, inheritsPermissions) => {
    await open('secret-server');
    expect(await errorOf(folder(name, { parent: 'prod', inheritsPermissions }))).toMatchObject({
      code: 'immutable',
      hint: expect.stringContaining('break_inheritance'),
    });
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('a permission on a new folder that inherits: an error of the plan, also with consent to end what the folder declares', async () => {
    await open('secret-server');
    const heir = child({ inheritsPermissions: true });
    const permission = (values: Values) =>
      declared('container-permission', 'one', {
        container: idOf(heir),
        principalType: 'user',
        principalId: idOf(jane),
        right: 'View',
        ...values,
      });
    expect(await errorOf(jane, heir, permission({}))).toMatchObject({
      code: 'guarded',
      address: 'delinea_container_permission.one',
      message: expect.stringContaining('container child inherits its permissions'),
    });
    const ending = permission({ breakInheritance: true });
    expect(await errorOf(jane, heir, ending)).toMatchObject({
      code: 'guarded',
      message:
        'break_inheritance would end the inheritance that delinea_container.child declares with inherits_permissions',
    });
    // The folder exists and inherits: the same error, and without the attribute the consent ends the inheritance.
    await converge(jane, heir);
    expect(await errorOf(jane, heir, ending)).toMatchObject({ code: 'guarded' });
    const result = await converge(jane, child({}), ending);
    expect(findingsOf(result.plan)).toContain('warning inheritance_ended delinea_container_permission.one');
    expect(inheritance('child')).toBe(false);
    expect(findingsOf(await bench.plan([jane, child({}), ending]))).toEqual([]);
  });

  test('an empty set on a new folder that inherits: an error of the first plan, not of the second', async () => {
    await open('secret-server');
    const none = (of: Declaration) =>
      declared('container-permissions', 'none', { container: idOf(of), grants: [], allowEmpty: true });
    const heir = child({ inheritsPermissions: true });
    expect(await errorOf(heir, none(heir))).toMatchObject({
      code: 'guarded',
      message: expect.stringContaining('container child inherits its permissions'),
    });
    await converge(child({}), none(child({})));
  });

  test('a permission by name: unchanged beside a declared folder', async () => {
    await open('secret-server');
    await converge(jane, folder('prod'), grant('jane_on_prod', 'prod', jane, 'View', { secretRight: 'View' }));
    expect(factsOf(bench.sim.state())).toContain('jane@example.com has View on prod');
  });
});
