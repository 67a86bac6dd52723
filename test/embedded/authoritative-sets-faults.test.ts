import { afterEach, describe, expect, test } from '@jest/globals';
import type { ApplyResult, Declaration } from '../../src/provider/index.js';
import type { Fault, SimulatorData } from '../../src/simulator/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { group, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const jane = user('jane');
const tom = user('tom');
const sre = group('sre');

const strangers = ['boss@example.com has Owner on prod', 'mallory@example.com has View on prod'];

const data: SimulatorData = {
  users: [{ userName: 'boss@example.com' }, { userName: 'mallory@example.com' }],
  containers: ['prod'],
  roles: ['Auditor'],
  containerPermissions: [
    { container: 'prod', user: 'boss@example.com', right: 'Owner' },
    { container: 'prod', user: 'mallory@example.com', right: 'View' },
  ],
  roleBindings: [
    { role: 'Auditor', user: 'boss@example.com' },
    { role: 'Auditor', user: 'mallory@example.com' },
  ],
};

let bench: Workbench;
afterEach(() => bench.close());

/** Opens a tenant with one request at a time, so that each test knows which write its fault meets. */
async function open(...before: Declaration[]): Promise<void> {
  bench = await openWorkbench({ data, provider: { concurrency: 1, visibilitySeconds: 0.3, retries: 0 } });
  expect(failuresOf(await bench.converge(before))).toEqual([]);
}

const rights = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '));
const inject = (...faults: Fault[]) => bench.sim.faults.set({ faults });
const refused = (method: string, path: string, more: Partial<Fault> = {}): Fault => ({
  kind: 'status',
  status: 403,
  method,
  path,
  times: 1,
  ...more,
});
const messagesOf = ({ failures }: ApplyResult) => failures.map(({ error }) => error.message).join('\n');

/** Clears the faults and expects one apply to finish the work. */
async function recovers(...declarations: Declaration[]): Promise<void> {
  bench.sim.faults.clear();
  expect(failuresOf(await bench.converge(declarations))).toEqual([]);
  expect(stepsOf(await bench.plan(declarations))).toEqual([]);
}

const both = allGrants('all', 'prod', [
  [jane, 'Owner'],
  [tom, 'View'],
]);

describe('authoritative set with a refused write', () => {
  test('revokes no permission and names the failed one when a grant is refused', async () => {
    await open(jane, tom);
    inject(refused('POST', 'ContainerPermissions'));
    const result = await bench.converge([jane, tom, both]);
    expect(failuresOf(result)).toEqual([`${both.address} forbidden`]);
    expect(messagesOf(result)).toMatch(/^Owner of jane@example\.com on prod: /);
    expect(rights()).toEqual([...strangers, 'tom@example.com has View on prod'].sort());
    expect([...bench.ledger.values()].filter(({ address }) => address === both.address)).toHaveLength(1);
    expect(result.events.filter(({ outcome }) => outcome === 'failed').map(({ label }) => label)).toEqual([
      'Owner of jane@example.com on prod',
      'permissions on prod',
    ]);
    await recovers(jane, tom, both);
    expect(rights()).toEqual(['jane@example.com has Owner on prod', 'tom@example.com has View on prod']);
  });

  test('revokes no role binding when a new binding is refused', async () => {
    const role = allHolders('all', 'Auditor', [jane, tom]);
    await open(jane, tom);
    inject(refused('PATCH|PUT', '/users/'));
    const result = await bench.converge([jane, tom, role]);
    expect(messagesOf(result)).toMatch(/^Auditor of (jane|tom)@example\.com: /);
    const holders = factsOf(bench.sim.state()).filter((fact) => fact.endsWith(' is Auditor'));
    expect(holders).toEqual(expect.arrayContaining(['boss@example.com is Auditor', 'mallory@example.com is Auditor']));
    expect(holders).toHaveLength(3);
    await recovers(jane, tom, role);
  });

  test('restores the old right and revokes nobody when a changed right is refused', async () => {
    const set = (right: string) => [
      jane,
      sre,
      allGrants('all', 'prod', [
        [jane, 'Owner'],
        [sre, right],
      ]),
    ];
    await open(...set('View'));
    bench.sim.admin.grant('prod', { user: 'mallory@example.com' }, 'View');
    const before = rights();
    inject(refused('POST', 'ContainerPermissions'));
    const result = await bench.converge(set('Edit'));
    expect(messagesOf(result)).toMatch(/^Edit of sre on prod: /);
    expect(result.notes.map(({ message }) => message)).toEqual([
      'Edit of sre on prod: the new right could not be created; the old one was restored',
    ]);
    expect(rights()).toEqual(before);
    await recovers(...set('Edit'));
  });

  test('reports the lost access first when a right can neither be changed nor restored', async () => {
    const set = (right: string) => [
      jane,
      sre,
      tom,
      allGrants('all', 'prod', [
        [jane, 'Owner'],
        [tom, right],
        [sre, right],
      ]),
    ];
    await open(...set('View'));
    inject(refused('DELETE', 'ContainerPermissions'), refused('POST', 'ContainerPermissions', { times: 2 }));
    const result = await bench.converge(set('Edit'));
    expect(failuresOf(result)).toEqual(['delinea_container_permissions.all half_done']);
    expect(messagesOf(result)).toMatch(
      /^Edit of sre on prod: there is NO access now.*also not done: Edit of tom@example\.com on prod$/,
    );
    await recovers(...set('Edit'));
  });

  test('completes the other changes when a revocation is refused', async () => {
    await open(jane, tom);
    inject(refused('DELETE', 'ContainerPermissions'));
    const result = await bench.converge([jane, tom, both]);
    expect(messagesOf(result)).toMatch(/^(Owner of boss|View of mallory)@example\.com on prod: /);
    expect(rights()).toHaveLength(3);
    await recovers(jane, tom, both);
  });
});

describe('authoritative set in an interrupted run', () => {
  test('revokes nothing when stopped after its first grant, and the next run finishes', async () => {
    await open(jane, tom);
    const stop = new AbortController();
    const result = await bench.apply(await bench.plan([jane, tom, both]), {
      signal: stop.signal,
      log: async ({ outcome }) => void (outcome === 'verified' && stop.abort()),
    });
    expect(failuresOf(result)).toEqual([`${both.address} cancelled`]);
    expect(rights()).toEqual([...strangers, 'jane@example.com has Owner on prod'].sort());
    await recovers(jane, tom, both);
  });

  test('stops after five failed grants and reports a possible write when the service fails every write', async () => {
    const people = Array.from({ length: 12 }, (_, index) => user(`p${index}`));
    const set = allGrants(
      'all',
      'prod',
      people.map((who) => [who, 'View'] as const),
    );
    await open(...people);
    inject({ kind: 'status', status: 500, method: 'POST', path: 'ContainerPermissions' });
    const result = await bench.converge([...people, set]);
    const sent = result.events.filter(({ outcome }) => outcome === 'sending').map(({ label }) => label);
    expect(new Set(sent).size).toBe(5);
    expect(failuresOf(result)).toEqual([`${set.address} server_error`]);
    expect(messagesOf(result)).toMatch(/also not done: .* and 6 more$/);
    expect(result.written).toBe(true);
    expect(rights()).toEqual(strangers);
    await recovers(...people, set);
  });

  test('creates no duplicate when the connection breaks after a write', async () => {
    await open(jane, tom);
    inject({ kind: 'resetAfter', method: 'POST', path: 'ContainerPermissions', times: 1 });
    expect(failuresOf(await bench.converge([jane, tom, both]))).toEqual([]);
    expect(rights()).toEqual(['jane@example.com has Owner on prod', 'tom@example.com has View on prod']);
  });
});

describe('authoritative set in a saved plan', () => {
  test('refuses to revoke an unmanaged permission when its right has changed since the plan', async () => {
    await open(jane, tom);
    const plan = await bench.plan([jane, tom, both]);
    bench.sim.admin.setRight('prod', { user: 'mallory@example.com' }, 'Edit');
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual([`${both.address} stale_plan`]);
    expect(messagesOf(result)).toContain('View of mallory@example.com on prod');
    expect(rights()).toContain('mallory@example.com has Edit on prod');
    await recovers(jane, tom, both);
  });

  test('leaves a permission alone when it was added after the plan', async () => {
    await open(jane, tom, sre);
    const plan = await bench.plan([jane, tom, sre, both]);
    bench.sim.admin.revoke('prod', { user: 'mallory@example.com' });
    bench.sim.admin.grant('prod', { group: 'sre' }, 'Owner');
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(rights()).toContain('group:sre has Owner on prod');
    expect(findingsOf(await bench.plan([jane, tom, sre, both]))).toEqual([`drift added_out_of_band ${both.address}`]);
  });
});
