import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect, type Tenant } from '../api/tenant.js';
import { keyText } from '../model/keys.js';
import type { GuardEvidence, Operation, Step } from '../model/plan.js';
import { IdTranslator } from '../read/id-translator.js';
import { Snapshot } from '../read/snapshot.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { data, type Names, namesIn } from './evidence.fixture.js';
import { gatherEvidence, grantsAccess, reductionsNeedingGrants } from './evidence.js';
import { stepOf } from './steps.fixture.js';

let bench: Workbench;
let tenant: Tenant;
let reading: TenantReader;
let ids: Names['ids'];
let edges: Names['edges'];

beforeAll(async () => {
  const provider = {
    retries: 0,
    adminRoles: ['admin', 'Duo', 'Crew', 'Unheld'],
    protectedPrincipals: ['me@x', 'nobody@x'],
  };
  bench = await openWorkbench({ data, provider });
  tenant = await connect(bench.settings, { ...bench.sim.env });
  ({ ids, edges } = await namesIn(open()));
});
afterAll(() => bench.close());
beforeEach(() => {
  reading = open();
  bench.sim.resetRequests();
});

/** What one run reads, as planner and apply each begin it. */
function open(): TenantReader {
  const snapshot = new Snapshot(tenant);
  return { tenant, snapshot, translator: new IdTranslator(snapshot), edges: new Map() };
}

async function openWith(settings: Partial<Workbench['settings']>): Promise<TenantReader> {
  const other = await connect({ ...bench.settings, ...settings }, { ...bench.sim.env });
  const snapshot = new Snapshot(other);
  return { tenant: other, snapshot, translator: new IdTranslator(snapshot), edges: new Map() };
}

const idOf = (name: string) => {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`nothing is called ${name}`);
  return id;
};
const of = (name: string) => ({ principalType: name.includes('@') ? 'user' : 'group', principalId: idOf(name) });
const step = (kind: string, name: string, operation: Operation, more: Partial<Step> = {}): Step =>
  stepOf(kind, operation, { key: `${kind} ${name}`, label: name, id: idOf(name), ...more });
const user = (name: string, operation: Operation, more: Partial<Step> = {}) => step('user', name, operation, more);
const disabled = (name: string) => user(name, 'deactivate');
const members = (name: string, before: string[], after: string[]) =>
  step('group', name, 'update', {
    before: { members: before.map(idOf) },
    desired: { members: after.map(idOf) },
    changed: ['members'],
  });
/** A step on an edge that lives: what it holds is read from the tenant. */
function edge(kind: string, ends: Step['before'], operation: Operation, to: Step['desired'] = {}): Step {
  const found = edges.get(keyText(resourceOf(kind), ends));
  if (!found) throw new Error(`there is no such edge: ${JSON.stringify(ends)}`);
  const changed = Object.keys(to);
  return stepOf(kind, operation, {
    key: JSON.stringify(ends),
    id: found.id,
    before: found.values,
    desired: to,
    changed,
  });
}
const owner = (container: string, name: string, operation: Operation, to?: Step['desired']) =>
  edge('container-permission', { container: idOf(container), ...of(name) }, operation, to);
const holder = (role: string, name: string, operation: Operation) =>
  edge('role-binding', { role, ...of(name) }, operation);
const given = (kind: string, values: Step['desired']) =>
  stepOf(kind, 'create', { key: `delinea_${kind}.new`, desired: values });

const orphansOf = async (...steps: Step[]) =>
  (await gatherEvidence(reading, steps)).orphans.map(({ kind, name, lacks }) => `${kind} ${name}: ${lacks}`).sort();
const asked = () => bench.sim.log.slice(-bench.sim.requests.total);
const rightsAskedBy = (what: string) =>
  asked().filter(
    ({ path, query }) => path.includes('/ContainerPermissions') && decodeURIComponent(query).includes(what),
  ).length;
const containers = (...names: string[]) => names.map((name) => `container ${name}: active Owner`).sort();
const roles = (...names: string[]) => names.map((name) => `role ${name}: active holder`).sort();

test('a plan that takes nothing away asks nothing', async () => {
  const steps = [
    user('jane@x', 'none'),
    user('ann@x', 'reactivate', { desired: { active: true }, changed: ['active'] }),
    members('empty', [], ['jane@x']),
    owner('viewed', 'jane@x', 'replace', { right: 'Owner' }),
    holder('Admin', 'jane@x', 'none'),
    given('user', { userName: 'new@x' }),
  ];
  expect(await gatherEvidence(reading, steps)).toEqual({ orphans: [], protectedInside: {}, unread: [] });
  expect(bench.sim.requests.total).toBe(0);
});

describe('containers without an active Owner', () => {
  test('when the only one is disabled, directly or in groups', async () => {
    expect(await orphansOf(disabled('jane@x'))).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew'),
    ]);
    expect(await orphansOf(disabled('tom@x'))).toEqual([]);
    expect(await orphansOf(disabled('jane@x'), disabled('tom@x'))).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'byTwo', 'pair', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew', 'Duo'),
    ]);
  });

  test('when many go at once, where folders are read and not people', async () => {
    const everybody = ['jane@x', 'tom@x', 'me@x', 'alone@x'].map(disabled);
    const steps = [...everybody, members('idle', ['ann@x'], []), members('empty', [], [])];
    expect(await orphansOf(...steps)).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'byRing', 'byTwo', 'pair', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew', 'Duo'),
    ]);
    expect(rightsAskedBy('container')).toBe(data.containers.length);
    expect([rightsAskedBy('user'), rightsAskedBy('group')]).toEqual([0, 0]);
  });

  test('when few go, where only what they have is read', async () => {
    expect(await orphansOf(disabled('me@x'))).toEqual([]);
    // The account itself, and the groups inner and outer.
    expect([rightsAskedBy('user'), rightsAskedBy('group'), rightsAskedBy('container')]).toEqual([1, 2, 0]);
    expect(asked().filter(({ path }) => path.endsWith('/Containers'))).toEqual([]);
    reading = open();
    await orphansOf(disabled('me@x'), disabled('tom@x'), disabled('jane@x'));
    // There are fewer of them than containers.
    expect([rightsAskedBy('user'), rightsAskedBy('group')]).toEqual([4, 8]);
  });

  test('when groups hold each other', async () => {
    expect(await orphansOf(disabled('alone@x'))).toEqual(containers('byRing'));
  });

  test('when the right is revoked or another one is given', async () => {
    expect(await orphansOf(owner('solo', 'jane@x', 'revoke'))).toEqual(containers('solo'));
    expect(await orphansOf(owner('solo', 'jane@x', 'replace', { right: 'View' }))).toEqual(containers('solo'));
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'))).toEqual([]);
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'), owner('pair', 'tom@x', 'revoke'))).toEqual(
      containers('pair'),
    );
    expect(await orphansOf(owner('solo', 'tom@x', 'revoke'), owner('viewed', 'jane@x', 'revoke'))).toEqual([]);
  });

  test('when the group that owns it loses its last active member, two groups down as well', async () => {
    expect(await orphansOf(members('owners', ['jane@x'], []))).toEqual([
      ...containers('byGroup', 'byNested'),
      ...roles('Crew'),
    ]);
    expect(await orphansOf(members('mixed', ['jane@x', 'ann@x'], ['ann@x']))).toEqual(containers('byMixed'));
    expect(await orphansOf(members('nested', ['owners'], []))).toEqual(containers('byNested'));
    expect(await orphansOf(members('two', ['jane@x', 'tom@x'], ['tom@x']))).toEqual([]);
    expect(await orphansOf(members('two', ['jane@x', 'tom@x'], ['tom@x']), disabled('tom@x'))).toEqual(
      containers('byTwo'),
    );
    expect(await orphansOf(step('group', 'owners', 'deactivate', { before: { members: [idOf('jane@x')] } }))).toEqual([
      ...containers('byGroup', 'byNested'),
      ...roles('Crew'),
    ]);
  });

  test('not when it had none before and none of its own is taken away', async () => {
    expect(await orphansOf(members('idle', ['ann@x'], []))).toEqual([]);
    expect(await orphansOf(user('ann@x', 'delete'))).toEqual([]);
    expect(await orphansOf(owner('byIdle', 'idle', 'revoke'))).toEqual(containers('byIdle'));
  });

  test('not when the same plan sees to another one', async () => {
    const right = (name: string, container = 'solo') =>
      given('container-permission', { container: idOf(container), ...of(name), right: 'Owner' });
    const revoked = owner('solo', 'jane@x', 'revoke');
    expect(await orphansOf(revoked, right('tom@x'))).toEqual([]);
    expect(await orphansOf(revoked, right('ann@x'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('two'))).toEqual([]);
    expect(await orphansOf(revoked, right('empty'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('empty'), members('empty', [], ['tom@x']))).toEqual([]);
    expect(await orphansOf(revoked, right('tom@x'), disabled('tom@x'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('tom@x', 'pair'))).toEqual(containers('solo'));
    const enabled = user('ann@x', 'reactivate', { desired: { active: true }, changed: ['active'] });
    expect(await orphansOf(revoked, right('ann@x'), enabled)).toEqual([]);
    expect(await orphansOf(revoked, owner('solo', 'tom@x', 'replace', { right: 'Owner' }))).toEqual([]);
    const person = stepOf('user', 'create', { key: 'delinea_user.new', desired: { userName: 'new@x' } });
    const toPerson = { principalType: 'user', principalId: { ref: 'delinea_user.new', attribute: 'id' } };
    const fresh = given('container-permission', { container: idOf('solo'), ...toPerson, right: 'Owner' });
    expect(await orphansOf(revoked, person, fresh)).toEqual([]);
  });

  test('what the plan says of others is not taken on trust: all are read', async () => {
    const ghost = stepOf('container-permission', 'none', {
      key: 'ghost',
      before: { container: idOf('solo'), ...of('two') },
      desired: { right: 'Owner' },
    });
    expect(await orphansOf(owner('solo', 'jane@x', 'revoke'), ghost)).toEqual(containers('solo'));
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'), owner('pair', 'tom@x', 'none'))).toEqual([]);
  });
});

describe('admin roles without an active holder', () => {
  test('when the only binding goes, or its holder, or the members of the group that holds it', async () => {
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'))).toEqual(roles('Admin'));
    expect(await orphansOf(holder('Crew', 'owners', 'revoke'))).toEqual(roles('Crew'));
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'))).toEqual([]);
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'), disabled('tom@x'))).toEqual(roles('Duo'));
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'), holder('Duo', 'tom@x', 'revoke'))).toEqual(roles('Duo'));
  });

  test('only those that the settings name; where they name none, none is looked at', async () => {
    expect(await orphansOf(holder('Unwatched', 'jane@x', 'revoke'))).toEqual([]);
    reading = await openWith({ adminRoles: [] });
    expect(await orphansOf(disabled('jane@x'))).not.toContainEqual(expect.stringContaining('role'));
    bench.sim.resetRequests();
    await orphansOf(holder('Admin', 'jane@x', 'revoke'));
    expect(asked().filter(({ path }) => path.includes('/api/v1/'))).toEqual([]);
  });

  test('a name that does not exist is an error of the setting', async () => {
    reading = await openWith({ adminRoles: ['Admim'] });
    await expect(orphansOf(disabled('alone@x'))).rejects.toMatchObject({ code: 'unknown_name', path: 'adminRoles' });
  });

  test('a holder that the plan speaks of spares the reading of all', async () => {
    const lists = () => asked().filter(({ path }) => path.endsWith('/users') || path.endsWith('/groups')).length;
    const revoked = holder('Duo', 'jane@x', 'revoke');
    expect(await orphansOf(revoked, holder('Duo', 'tom@x', 'none'))).toEqual([]);
    const spared = lists();
    reading = open();
    expect(await orphansOf(revoked, holder('Admin', 'jane@x', 'none'))).toEqual([]);
    expect(lists() - spared).toBeGreaterThan(spared);
  });

  test('where lists leave the roles out, whoever else may hold one is doubtful', async () => {
    bench.sim.faults.set({ strikes: [{ kind: 'dropFields', path: '/(users|groups)\\?', fields: ['roles'] }] });
    const { orphans } = await gatherEvidence(reading, [
      holder('Duo', 'jane@x', 'revoke'),
      owner('solo', 'jane@x', 'revoke'),
    ]);
    bench.sim.faults.clear();
    expect(orphans.map(({ name, doubt }) => [name, doubt])).toEqual([
      ['solo', undefined],
      ['Duo', 'the list of users leaves out their roles; the list of groups leaves out their roles'],
    ]);
    expect(orphans.map((orphan) => 'doubt' in orphan)).toEqual([false, true]);
  });

  test('not when another holder is bound in the same plan', async () => {
    const bound = (name: string) => given('role-binding', { role: 'Admin', ...of(name) });
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'), bound('tom@x'))).toEqual([]);
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'), bound('empty'))).toEqual(roles('Admin'));
  });
});

test('an orphan names the steps that it is due to', async () => {
  const stepsBy = async (...steps: Step[]) =>
    Object.fromEntries(
      (await gatherEvidence(reading, steps)).orphans.map((orphan) => [orphan.name, [...orphan.steps].sort()]),
    );
  const revoked = owner('pair', 'jane@x', 'revoke');
  expect(await stepsBy(revoked, disabled('tom@x'), disabled('alone@x'), owner('solo', 'tom@x', 'revoke'))).toEqual({
    pair: [revoked.key, 'user tom@x'].sort(),
    byRing: ['user alone@x'],
  });
  expect(await stepsBy(members('two', ['jane@x', 'tom@x'], []), members('nested', ['owners'], []))).toEqual({
    byTwo: ['group two'],
    byNested: ['group nested'],
  });
});

describe('losses that only the gifts of the same plan make harmless', () => {
  const needy = async (...steps: Step[]) =>
    [...(await reductionsNeedingGrants(reading, steps, await gatherEvidence(reading, steps)))].sort();
  const right = (name: string) =>
    given('container-permission', { container: idOf('solo'), ...of(name), right: 'Owner' });
  const revoked = () => owner('solo', 'jane@x', 'revoke');

  test('are those after which nobody is left without them', async () => {
    expect(await needy(revoked(), right('tom@x'))).toEqual([revoked().key]);
    expect(await needy(revoked(), right('two'), owner('pair', 'jane@x', 'revoke'))).toEqual([revoked().key]);
    const joined = members('empty', [], ['tom@x']);
    expect(
      await needy(
        holder('Admin', 'jane@x', 'revoke'),
        given('role-binding', { role: 'Admin', ...of('empty') }),
        joined,
      ),
    ).toEqual([holder('Admin', 'jane@x', 'revoke').key]);
  });

  test('are none where nothing helps, nothing is given or somebody is left anyway', async () => {
    expect(await needy(revoked(), right('ann@x'))).toEqual([]);
    expect(await needy(revoked())).toEqual([]);
    expect(await needy(right('tom@x'))).toEqual([]);
    expect(await needy(owner('pair', 'jane@x', 'revoke'), right('tom@x'))).toEqual([]);
  });

  test('a gift writes something and takes nothing away', () => {
    const operations: Operation[] = [
      'create',
      'reactivate',
      'deactivate',
      'delete',
      'forget',
      'record',
      'none',
      'adopt',
    ];
    expect(operations.filter((operation) => grantsAccess(user('jane@x', operation)))).toEqual(['create', 'reactivate']);
    expect(grantsAccess(user('jane@x', 'update', { desired: { title: 'x' }, changed: ['title'] }))).toBe(true);
    expect(grantsAccess(user('jane@x', 'update', { desired: { active: false }, changed: ['active'] }))).toBe(false);
    expect(grantsAccess(owner('viewed', 'jane@x', 'replace', { right: 'Owner' }))).toBe(true);
    expect(grantsAccess(owner('solo', 'jane@x', 'replace', { right: 'View' }))).toBe(false);
    expect(grantsAccess(members('two', ['jane@x', 'tom@x'], ['tom@x', 'alone@x']))).toBe(false);
    expect(grantsAccess(members('two', ['jane@x'], ['jane@x', 'alone@x']))).toBe(true);
  });
});

describe('protected principals inside of groups', () => {
  const withinOf = async (...steps: Step[]) => (await gatherEvidence(reading, steps)).protectedInside;
  const revoked = (name: string) =>
    stepOf('container-permission', 'revoke', {
      key: 'p',
      before: { container: idOf('solo'), ...of(name), right: 'View' },
    });

  test.each(['inner', 'outer'])('of %s, which loses a right', async (name) => {
    expect(await withinOf(revoked(name))).toEqual({ [idOf(name)]: ['me@x'] });
  });

  test('of a group that leaves another one, whose kind the plan does not tell', async () => {
    expect(await withinOf(members('outer', ['inner', 'tom@x'], ['tom@x']))).toEqual({ [idOf('inner')]: ['me@x'] });
  });

  test('of a group, all of them by name; and whoever is gone from the tenant is in none', async () => {
    reading = await openWith({ protectedPrincipals: ['tom@x', 'me@x'] });
    expect(await withinOf(revoked('outer'))).toEqual({ [idOf('outer')]: ['me@x', 'tom@x'] });
    const gone = step('group', 'two', 'update', {
      before: { members: ['gone'] },
      desired: { members: [] },
      changed: ['members'],
    });
    expect(await withinOf(gone)).toEqual({});
  });

  test('are none in a group that loses nothing, in one without them, and for users themselves', async () => {
    expect(await withinOf(revoked('two'), disabled('tom@x'))).toEqual({});
    expect(await withinOf(revoked('me@x'))).toEqual({});
    expect(await withinOf(members('inner', ['me@x'], []))).toEqual({});
    expect(await withinOf({ ...revoked('inner'), operation: 'none' }, disabled('tom@x'))).toEqual({});
  });
});

describe('what cannot be read', () => {
  const refusing = (path: string, status: number) =>
    bench.sim.faults.set({ strikes: [{ kind: 'status', path, status }] });
  const evidence = async (...steps: Step[]): Promise<GuardEvidence> => {
    try {
      return await gatherEvidence(reading, steps);
    } finally {
      bench.sim.faults.clear();
    }
  };

  test('is said, where the stack has none of the kind', async () => {
    refusing('/ContainerPermissions', 403);
    const { orphans, unread } = await evidence(disabled('jane@x'));
    expect(orphans.map(({ name }) => name)).toEqual(['Admin', 'Crew']);
    expect(unread).toEqual([
      expect.stringMatching(/^not checked whether every container keeps an active Owner: .*403/),
    ]);
  });

  test('ends the run where the stack has the kind, or where it may pass', async () => {
    refusing('/ContainerPermissions', 403);
    await expect(evidence(disabled('jane@x'), owner('solo', 'jane@x', 'none'))).rejects.toMatchObject({
      code: 'forbidden',
    });
    reading = open();
    refusing('/ContainerPermissions', 500);
    await expect(evidence(disabled('jane@x'))).rejects.toThrow(/500|failed/);
  });
});
