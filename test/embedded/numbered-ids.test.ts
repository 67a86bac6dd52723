import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  stepsOf as allSteps,
  connect,
  type Declaration,
  type Plan,
  planOffboarding,
  readRemainingAccess,
} from '../../src/provider/index.js';
import { driftOf, driftText, plain, planText } from '../../src/review/index.js';
import type { SimulatorData } from '../../src/simulator/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { declarationsOf, drawChange, drawOrganisation, ROLES } from '../support/generate/organisation.js';
import { randomFrom } from '../support/generate/random.js';
import { bind, declared, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

/** On each surface, users, groups and containers have the same numbers: ann, ops and prod come first. */
const data: SimulatorData = {
  users: ['ann', 'ben', 'cid'].map((name) => ({ userName: `${name}@example.com` })),
  groups: [{ displayName: 'ops' }, { displayName: 'dev' }, { displayName: 'qa' }],
  containers: ['prod', 'stage', 'test'],
  roles: ['Auditor'],
};

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await openWorkbench({ numbered: true, data, ...options });
  return bench;
}

const [ann, ben, cid] = [user('ann'), user('ben'), user('cid')];
const [ops, dev, qa] = ['ops', 'dev', 'qa'].map((name) => group(name, { adopt: 'always' })) as [
  Declaration,
  Declaration,
  Declaration,
];

const refusalsIn = ({ delinea }: Plan) =>
  delinea.findings.flatMap(({ code, message }) =>
    code === 'refused_by_guard' ? [message.replace('apply will refuse: ', '')] : [],
  );

/** Returns the predecessors of each removal, by address. */
const waits = (plan: Plan) =>
  Object.fromEntries(
    plan.resource_changes
      .filter(({ change }) => change.actions.includes('delete'))
      .map(({ address, delinea }) => [address, delinea.after.map((key) => key.replace(/#.*/, ''))]),
  );

describe.each(['split', 'shared'] as const)('objects that number from 1 on surfaces with %s ids', (idSpaces) => {
  test('plan text, plan JSON and log show the name of each, and the tenant becomes as declared', async () => {
    const { plan, apply, sim } = await open({ idSpaces });
    const team = group('ops', { adopt: 'always', ...membersOf(ann, dev, ben) });
    const made = await plan([
      ...[ann, ben, cid, team, dev, qa],
      grant('a', 'prod', ann, 'View'),
      grant('b', 'prod', ops, 'Edit'),
      bind('c', 'Auditor', ann),
      bind('d', 'Auditor', ops),
    ]);
    expect(stepsOf(made).filter((line) => line.startsWith('create'))).toEqual([
      'create container-permission Edit of ops on prod',
      'create container-permission View of ann@example.com on prod',
      'create role-binding Auditor of ann@example.com',
      'create role-binding Auditor of ops',
    ]);
    const text = planText(made, plain);
    for (const name of ['ann@example.com', 'ben@example.com', 'dev']) expect(text).toMatch(new RegExp(`\\+ "${name}"`));
    expect(made.delinea.names).toMatchObject({
      user: { 1: { name: 'ann@example.com' }, 2: { name: 'ben@example.com' } },
      group: { 'group:1': { name: 'ops' }, 'group:2': { name: 'dev' } },
      container: { 1: { name: 'prod' } },
    });
    const { events, failures } = await apply(made);
    expect(failures).toEqual([]);
    expect(events.map(({ label }) => label)).toEqual(expect.arrayContaining(['Edit of ops on prod', 'Auditor of ops']));
    expect(factsOf(sim.state())).toEqual(
      expect.arrayContaining([
        'ann@example.com has View on prod',
        'ann@example.com in ops',
        'ann@example.com is Auditor',
        'ben@example.com in ops',
        'group:dev in ops',
        'group:ops has Edit on prod',
        'group:ops is Auditor',
      ]),
    );
    expect(sim.state().groups.find(({ displayName }) => displayName === 'ops')?.id).toBe('1');
  });

  test('only the declared member of a group leaves it when a user and a group have its number', async () => {
    const { converge, plan, sim } = await open({ idSpaces });
    const inside = (...members: Declaration[]) => group('qa', { adopt: 'always', ...membersOf(...members) });
    expect(failuresOf(await converge([ann, ben, cid, ops, dev, inside(ann, ben, ops, dev)]))).toEqual([]);
    const made = await plan([ann, ben, cid, ops, dev, inside(ann, dev)]);
    const text = planText(made, plain);
    expect(text).toMatch(/- "ben@example.com"/);
    expect(text).toMatch(/- "ops"/);
    expect(text).not.toMatch(/- "(ann@example.com|dev)"/);
    expect(failuresOf(await converge([ann, ben, cid, ops, dev, inside(ann, dev)]))).toEqual([]);
    expect(sim.state().groups.find(({ displayName }) => displayName === 'qa')?.members).toEqual([
      'ann@example.com',
      'group:dev',
    ]);
    expect(stepsOf(await plan([ann, ben, cid, ops, dev, inside(ann, dev)]))).toEqual([]);
  });

  test('drift names members and holders that were added outside of code', async () => {
    const { converge, plan, sim } = await open({ idSpaces });
    const code = [
      ...[ann, ben, cid, dev, qa],
      group('ops', { adopt: 'always', ...membersOf(cid) }),
      declared('container-permissions', 'p', { container: 'prod', grants: [], allowEmpty: true }),
    ];
    expect(failuresOf(await converge(code))).toEqual([]);
    sim.admin.addMember('ops', 'group:dev');
    sim.admin.addMember('ops', 'ben@example.com');
    sim.admin.grant('prod', { user: 'ann@example.com' }, 'View');
    sim.admin.grant('prod', { group: 'ops' }, 'Edit');
    const made = await plan(code);
    const text = driftText(driftOf(made), plain);
    for (const line of [
      'ben@example.com, dev in ops: added outside of code',
      'Edit of ops on prod',
      'View of ann@example.com on prod',
    ])
      expect(text).toContain(line);
  });

  test('a removal waits for the edges of its own object only, and there is no cycle', async () => {
    const { converge, plan, apply, sim } = await open({ idSpaces });
    const edges = [
      grant('a', 'prod', ann, 'View'),
      grant('b', 'prod', ops, 'View'),
      grant('c', 'stage', ben, 'View'),
      bind('d', 'Auditor', dev),
    ];
    const team = group('qa', { adopt: 'always', ...membersOf(ann, dev) });
    expect(failuresOf(await converge([ann, ben, cid, ops, dev, team, ...edges]))).toEqual([]);
    const made = await plan([cid]);
    expect(waits(made)).toEqual({
      'delinea_container_permission.a': [],
      'delinea_container_permission.b': [],
      'delinea_container_permission.c': [],
      'delinea_role_binding.d': [],
      'delinea_user.ann': ['delinea_container_permission.a', 'delinea_group.qa'],
      'delinea_user.ben': ['delinea_container_permission.c'],
      'delinea_group.qa': [],
    });
    expect(failuresOf(await apply(made))).toEqual([]);
    expect(sim.state().containerPermissions).toEqual([]);
  });

  test.each([
    [
      'ann@example.com',
      ['ann@example.com would leave qa', 'ann@example.com would lose View of ann@example.com on prod'],
    ],
    ['ops', ['ops would leave qa', 'ops would lose View of ops on prod']],
  ])('the protected %s is recognised and nobody is mistaken for it', async (name, expected) => {
    const { converge, plan, apply, sim } = await open({ idSpaces, provider: { protectedPrincipals: [name] } });
    const edges = [grant('a', 'prod', ann, 'View'), grant('b', 'prod', ops, 'View'), grant('c', 'stage', ben, 'View')];
    const team = (...members: Declaration[]) => group('qa', { adopt: 'always', ...membersOf(...members) });
    expect(failuresOf(await converge([ann, ben, cid, ops, dev, team(ann, ops, ben, dev), ...edges]))).toEqual([]);
    const made = await plan([ann, ben, cid, ops, dev, team(dev), grant('c', 'stage', ben, 'View')]);
    // A protected group also counts as inside itself.
    expect(
      refusalsIn(made)
        .filter((line) => !line.endsWith('(through ops)'))
        .sort(),
    ).toEqual(expected);
    sim.resetRequests();
    await expect(apply(made)).rejects.toMatchObject({ code: 'refused_by_guard' });
    expect(sim.requests.writes).toBe(0);
    const others = [ann, ben, cid, ops, dev, team(ann, ops), edges[0]!, edges[1]!];
    expect(refusalsIn(await plan(others))).toEqual([]);
    expect(failuresOf(await converge(others))).toEqual([]);
  });

  test('a protected account inside a group is recognised, and not in the group with its own number', async () => {
    const { converge, plan } = await open({ idSpaces, provider: { protectedPrincipals: ['ann@example.com'] } });
    const inside = group('dev', { adopt: 'always', ...membersOf(ann) });
    const edges = [grant('a', 'prod', dev, 'View'), grant('b', 'prod', ops, 'View')];
    expect(failuresOf(await converge([ann, ben, cid, ops, qa, inside, ...edges]))).toEqual([]);
    expect(refusalsIn(await plan([ann, ben, cid, ops, qa, inside]))).toEqual([
      'ann@example.com would lose View of dev on prod (through dev)',
    ]);
  });

  test('the last active Owner is counted through the right group', async () => {
    const { converge, plan } = await open({ idSpaces });
    const inside = group('ops', { adopt: 'always', ...membersOf(ben) });
    const owner = grant('a', 'stage', ops, 'Owner');
    const active = (...names: Declaration[]) =>
      [ann, ben, cid].map((one) => user(one.address.slice('delinea_user.'.length), { active: names.includes(one) }));
    expect(failuresOf(await converge([...active(ann, ben, cid), inside, owner]))).toEqual([]);
    expect(refusalsIn(await plan([...active(ben, cid), inside, owner]))).toEqual([]);
    expect(refusalsIn(await plan([...active(ann, cid), inside, owner]))).toEqual([
      'container stage would be left without an active Owner',
    ]);
  });

  test('off-boarding takes the access of one user, and lists what remains by the right names', async () => {
    const { converge, settings, sim, apply } = await open({ idSpaces });
    const edges = [
      grant('a', 'prod', ann, 'View'),
      grant('b', 'prod', ops, 'Edit'),
      grant('c', 'stage', dev, 'View'),
      bind('d', 'Auditor', ops),
      bind('e', 'Auditor', ann),
    ];
    const inside = group('dev', { adopt: 'always', ...membersOf(ann, ops) });
    expect(failuresOf(await converge([ann, ben, cid, ops, inside, qa, ...edges]))).toEqual([]);
    const tenant = await connect(settings, sim.env as NodeJS.ProcessEnv);
    const account = { kind: 'user', id: '1' };
    const before = await readRemainingAccess(tenant, account);
    expect(before.paths.map(({ label }) => label).sort()).toEqual([
      'Auditor of ann@example.com',
      'View of ann@example.com on prod',
      'View of dev on stage',
      'member of dev',
    ]);
    const input = { userName: 'ann@example.com', revoke: true, stack: 'test', declarations: [ann, ...edges] };
    const { plan, inCode } = await planOffboarding(tenant, input);
    expect(inCode.map(({ address }) => address)).toEqual([
      'delinea_user.ann',
      'delinea_container_permission.a',
      'delinea_role_binding.e',
    ]);
    expect(failuresOf(await apply(plan))).toEqual([]);
    expect(factsOf(sim.state()).filter((fact) => !fact.startsWith('user') && !fact.startsWith('group '))).toEqual([
      'group:dev has View on stage',
      'group:ops has Edit on prod',
      'group:ops in dev',
      'group:ops is Auditor',
    ]);
  });

  test('unmanaged objects are those that are neither declared nor owned, whatever their numbers', async () => {
    const { converge, plan } = await open({ idSpaces });
    expect(failuresOf(await converge([ann, dev]))).toEqual([]);
    const { unmanaged = [] } = (await plan([ann, dev], { unmanaged: true })).delinea;
    expect(unmanaged.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'container prod',
      'container stage',
      'container test',
      'group ops',
      'group qa',
      'user ben@example.com',
      'user cid@example.com',
    ]);
  });
});

test('a number in code: the id of a group is written with its kind, and a bare number is a user', async () => {
  const { plan } = await open();
  const literal = (principalType: string, principalId: string) =>
    plan([declared('container-permission', 'x', { container: 'prod', principalType, principalId, right: 'View' })]);
  await expect(literal('group', '1')).rejects.toMatchObject({
    code: 'stack_invalid',
    message: '"1" is a number; the id of this group is "group:1"',
  });
  expect(stepsOf(await literal('group', 'group:1'))).toEqual(['create container-permission View of ops on prod']);
  expect(stepsOf(await literal('user', '1'))).toEqual(['create container-permission View of ann@example.com on prod']);
});

test('a revocation waits for the next Owner of its own container when another container has the same name', async () => {
  const { converge, plan, sim } = await open({ data: { ...data, containers: [] } });
  sim.admin.addContainer('prod');
  sim.admin.addContainer('stage');
  for (const parent of ['prod', 'stage']) sim.admin.addContainer('db', parent);
  const owner = (name: string, container: string, of: Declaration) => grant(name, container, of, 'Owner');
  const before = [owner('a', '/prod/db', ann), owner('b', '/stage/db', ben)];
  expect(failuresOf(await converge([ann, ben, cid, ...before]))).toEqual([]);
  const made = await plan([ann, ben, cid, owner('c', '/stage/db', cid)]);
  expect(refusalsIn(made)).toEqual(['container db would be left without an active Owner']);
  const needs = made.resource_changes.map(({ address, delinea }) => [address, delinea.needs]);
  expect(Object.fromEntries(needs)).toMatchObject({
    'delinea_container_permission.b': ['delinea_container_permission.c'],
  });
});

test('a ledger with the bare number of a group is refused, and off-boarding works without it', async () => {
  const { plan, converge, settings, sim, ledger } = await open();
  expect(failuresOf(await converge([ann, ops]))).toEqual([]);
  const owned = [...ledger.values()].map((entry) => (entry.kind === 'group' ? { ...entry, id: '1' } : entry));
  await expect(plan([ann, ops], { owned })).rejects.toMatchObject({
    code: 'unserved',
    message: 'the recorded group id "1" is a number without its kind',
    remedy: [{ kind: 'recordAgain' }],
  });
  const tenant = await connect(settings, sim.env as NodeJS.ProcessEnv);
  const input = { userName: 'ann@example.com', revoke: true, stack: 'test', owned, declarations: [] };
  expect(stepsOf((await planOffboarding(tenant, input)).plan)).toEqual(['deactivate user ann@example.com']);
});

/** Returns what a plan would do, without ids. */
function contentOf(plan: Plan): unknown {
  const named = (key: string) => key.replace(/#.*/, '');
  const steps = allSteps(plan).map(({ key, operation, label, changed, after, needs = [] }) =>
    [named(key), operation, label, changed, after.map(named).sort(), needs.map(named).sort()].join(' | '),
  );
  return { steps: steps.sort(), findings: findingsOf(plan).sort(), refusals: refusalsIn(plan).sort() };
}

test('random tenants: a plan on numbers that collide equals the plan on unique ids, and so does its result', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100_000 }), async (seed) => {
      const random = randomFrom(seed);
      const before = drawOrganisation(random);
      const after = drawChange(before, random);
      const run = async (numbered: boolean) => {
        const one = await openWorkbench({
          numbered,
          idSpaces: seed % 2 === 0 ? 'split' : 'shared',
          leanLists: seed % 3 === 0,
          data: { containers: [...before.containers], roles: [...ROLES] },
          provider: { protectedPrincipals: before.users.slice(0, 2).map(({ userName }) => userName) },
        });
        try {
          expect(failuresOf(await one.converge(declarationsOf(before)))).toEqual([]);
          const plan = await one.plan(declarationsOf(after));
          const text = planText(plan, plain).replaceAll(one.sim.url, '<tenant>').split('\n').sort().join('\n');
          const result = refusalsIn(plan).length > 0 ? [] : failuresOf(await one.apply(plan));
          return { plan: contentOf(plan), text, result, facts: factsOf(one.sim.state()) };
        } finally {
          await one.close();
        }
      };
      expect(await run(true)).toEqual(await run(false));
    }),
    { numRuns: 6 },
  );
}, 120_000);
