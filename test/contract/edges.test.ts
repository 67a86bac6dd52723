import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  connect,
  type Declaration,
  type Plan,
  planOffboarding,
  readRemainingAccess,
  resources,
  stepsOf,
} from '../../src/provider/index.js';
import { isEdge } from '../../src/provider/model/keys.js';
import { edgeResourceOf, isMembership, scopeKind } from '../../src/provider/resources/edge-words.js';
import { declared, group, idOf, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

/** Every edge kind as configurations declare it: by itself or, for memberships, as an element of the group's list. */
const kinds = [
  ...resources.filter(isEdge).map((resource) => ({ name: resource.type, resource, inList: false })),
  { name: 'a member in the list of its group', resource: edgeResourceOf('group-membership'), inList: true },
];

const users = Array.from({ length: 8 }, (_, index) => user(`user${index}`));
const [first, ...others] = users as [Declaration, ...Declaration[]];
const LAST = 'vault';

describe.each(kinds)('losing an edge is seen: $name', ({ resource, inList }) => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench({
      // One id space, so that the test can write behind the engine's back with the ids that it reads.
      idSpaces: 'shared',
      data: { containers: ['target', LAST], roles: ['target', LAST] },
      provider: { adminRoles: [LAST, ...(resource.requiredHolder?.setting ? ['target'] : [])] },
    });
  });
  afterEach(() => bench.close());

  const { principal, scope } = resource.edge;
  /** Attributes that an edge needs beside its ends: the strongest right. */
  const rest = Object.fromEntries(
    resource.attributes
      .filter(({ name, required, computed }) => required && !computed && !resource.key.includes(name))
      .map(({ name, most, allowed }) => [name, most ?? allowed?.[0]]),
  );
  const scopeIsGroup = scopeKind(resource) === 'group';
  const target = group('target', { allowEmpty: true });

  /** A configuration in which these users or groups have an edge to `target`. */
  function joined(...to: readonly Declaration[]): Declaration[] {
    if (inList) return [...users, group('target', { ...membersOf(...to), allowEmpty: true })];
    const edges = to.map((who) =>
      declared(resource.type, `edge_${who.address.split('.')[1]}`, {
        [scope]: scopeIsGroup ? idOf(target) : 'target',
        [principal.type]: who.kind,
        [principal.id]: idOf(who),
        ...rest,
      }),
    );
    return [...users, ...(scopeIsGroup ? [target] : []), ...edges];
  }

  /** Grants that make the group `target` the only Owner of the vault and the only holder of the admin role. */
  const throughGroup = [
    declared('container-permission', 'last', {
      container: LAST,
      principalType: 'group',
      principalId: idOf(target),
      right: 'Owner',
    }),
    declared('role-binding', 'last', { role: LAST, principalType: 'group', principalId: idOf(target) }),
  ];

  async function converge(declarations: readonly Declaration[]): Promise<void> {
    const { failures } = await bench.converge(declarations);
    expect(failures).toEqual([]);
  }

  const refusals = (plan: Plan) =>
    plan.delinea.findings.filter(({ code }) => code === 'refused_by_guard').map(({ message }) => message);
  const idIn = (declaration: Declaration) =>
    [...bench.ledger.values()].find(({ address }) => address === declaration.address)!.id;

  /** Adds or removes an edge by the API, as another administrator would. */
  async function outOfBand(change: 'add' | 'remove', who: Declaration): Promise<void> {
    const tenant = (await connect(bench.settings, { ...bench.sim.env })).permitWrites();
    const { containers } = bench.sim.state();
    const scopeIds: Record<string, () => string> = {
      container: () => containers.find(({ name }) => name === 'target')!.id,
      role: () => 'target',
      group: () => idIn(target),
    };
    const to = scopeIds[scopeKind(resource)]!();
    if (inList) {
      const groups = tenant.collection('group');
      const live = (await groups.get(to))!;
      const members = (live.values.members ?? []) as readonly string[];
      const without = members.filter((id) => id !== idIn(who));
      return groups.update(live, { members: change === 'add' ? [...without, idIn(who)] : without });
    }
    const edges = tenant.collection(resource.type);
    const ends = { [scope]: to, [principal.type]: 'user', [principal.id]: idIn(who) };
    if (change === 'add') await edges.create({ ...ends, ...rest });
    else for (const live of (await edges.find(ends)) ?? []) await edges.remove(live);
  }

  test('by the last-holder and admin-role guards when the last active holder loses it', async () => {
    if (resource.requiredHolder) {
      await converge(joined(first));
      const { orphans } = (await bench.plan(joined())).delinea.evidence;
      expect(orphans).toEqual([
        expect.objectContaining({ kind: scopeKind(resource), name: 'target', lacks: resource.requiredHolder.label }),
      ]);
    }
    // Every other kind of edge is guarded as the way to a group that holds something.
    expect(resource.requiredHolder !== undefined || isMembership(resource)).toBe(true);
    if (!isMembership(resource)) return;
    await converge([...joined(first), ...throughGroup]);
    const plan = await bench.plan([...joined(), ...throughGroup]);
    expect(plan.delinea.evidence.orphans.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      `container ${LAST}`,
      `role ${LAST}`,
    ]);
    await expect(bench.apply(plan, {}, {})).rejects.toMatchObject({ code: 'refused_by_guard' });
    // Replacing the member is safe.
    const replaced = await bench.plan([...joined(others[0]!), ...throughGroup]);
    expect(replaced.delinea.evidence.orphans).toEqual([]);
  });

  test('by the guard of protected principals', async () => {
    await converge(joined(first, ...others));
    const plan = await bench.plan(joined(...others));
    expect(refusals(plan)).toEqual([]);
    Object.assign(bench.settings, { protectedPrincipals: [first.values.userName] });
    expect(refusals(await bench.plan(joined(...others)))).toEqual([
      expect.stringMatching(/^apply will refuse: user0@example\.com would (lose|leave) .*target/),
    ]);
  });

  test('by the guard of protected principals through a group that loses it', async () => {
    const inner = group('inner', membersOf(first));
    await converge([...joined(inner), inner]);
    Object.assign(bench.settings, { protectedPrincipals: [first.values.userName] });
    const plan = await bench.plan([...joined(), inner]);
    expect(refusals(plan)).toEqual(
      expect.arrayContaining([expect.stringMatching(/user0@example\.com .*\(through inner\)/)]),
    );
  });

  test('by the guard of mass removals', async () => {
    await converge(joined(...users));
    const plan = await bench.plan(joined(users[7]!));
    expect(refusals(plan)).toEqual(
      expect.arrayContaining([expect.stringMatching(/: 7 of 8 .* would .* \(limit 5\): /)]),
    );
    expect(refusals(await bench.plan(joined(...users.slice(5))))).toEqual([]);
  });

  test('by the visibility check when edges of ours are missing', async () => {
    await converge(joined(...users));
    for (const who of users.slice(0, 6)) await outOfBand('remove', who);
    const refused = { code: 'visibility_reduced', message: expect.stringContaining('6 of 8 ') };
    await expect(bench.plan(joined(...users))).rejects.toMatchObject({ errors: [refused] });
    const allowed = await bench.plan(joined(...users), { allowMissing: 6 });
    expect(stepsOf(allowed).some(({ operation }) => ['create', 'update'].includes(operation))).toBe(true);
  });

  test('as drift when it is added out of band', async () => {
    await converge(joined(...others));
    await outOfBand('add', first);
    const { findings } = (await bench.plan(joined(...others), { thorough: true })).delinea;
    expect(
      findings.filter(({ code }) => /^(added_out_of_band|not_in_code)$/.test(code)).map(({ message }) => message),
    ).toEqual([expect.stringMatching(/^(?=.*user0@example\.com).*target/)]);
  });

  test('by off-boarding, which revokes it and reports it while it remains', async () => {
    await converge([...joined(first), ...(scopeIsGroup ? throughGroup : [])]);
    const account = { kind: 'user', id: idIn(first) };
    const tenant = await connect(bench.settings, { ...bench.sim.env });
    const paths = async () => (await readRemainingAccess(tenant, account)).paths.map(({ label }) => label);
    expect(await paths()).toEqual(expect.arrayContaining([expect.stringContaining('target')]));
    if (scopeIsGroup) expect(await paths()).toHaveLength(3);
    const input = { userName: String(first.values.userName), revoke: true, stack: 'test', declarations: [] };
    const { plan } = await planOffboarding(tenant, input);
    expect(stepsOf(plan).map(({ kind }) => kind)).toHaveLength(2);
    expect((await bench.apply(plan)).failures).toEqual([]);
    expect(await paths()).toEqual([]);
  });

  if (isMembership(resource) && !inList) {
    test('by the duplicate check when a list and a single declaration manage the same scope', async () => {
      const listed = group('target', { ...membersOf(...others), allowEmpty: true });
      const both = joined(first).map((one) => (one === target ? listed : one));
      const refused = async () =>
        (await bench.plan(both)).delinea.findings.flatMap(({ code, address }) => (code === 'duplicate' ? address : []));
      const pair = ['delinea_group.target', 'delinea_group_membership.edge_user0'];
      expect((await refused()).sort()).toEqual(pair);
      await converge(joined(first));
      expect((await refused()).sort()).toEqual(pair);
    });

    test('and reads no holders of a scope that the same plan creates', async () => {
      const plan = await bench.plan(joined(first));
      expect(plan.delinea.findings).toEqual([]);
      expect(bench.sim.log.map(({ path }) => decodeURIComponent(path)).join()).not.toContain('[object');
    });
  }

  test('as regained access when its account is enabled again', async () => {
    await converge([...joined(first), ...(scopeIsGroup ? throughGroup : [])]);
    bench.sim.admin.setActive(String(first.values.userName), false);
    const enabled = user('user0', { active: true, reactivate: 'T-1' });
    const regained = async (declarations: readonly Declaration[]) => {
      const plan = await bench.plan(declarations.map((one) => (one === first ? enabled : one)));
      const step = stepsOf(plan).find(({ operation }) => operation === 'reactivate');
      return step!.regains!.map(({ label }) => label);
    };
    const kept = [...joined(first), ...(scopeIsGroup ? throughGroup : [])];
    expect(await regained(kept)).toEqual(expect.arrayContaining([expect.stringContaining('target')]));
    if (scopeIsGroup) expect(await regained(kept)).toHaveLength(3);
    // An edge that the same plan revokes is not regained.
    expect(await regained([...joined(), ...(scopeIsGroup ? throughGroup : [])])).toEqual([]);
  });
});
