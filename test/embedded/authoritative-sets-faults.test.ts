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

/** One edge after the other, so that a fault affects a known one. */
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
const said = ({ failures }: ApplyResult) => failures.map(({ error }) => error.message).join('\n');

/** Once the service is well again, one apply ends at the goal. */
async function recovers(...declarations: Declaration[]): Promise<void> {
  bench.sim.faults.clear();
  expect(failuresOf(await bench.converge(declarations))).toEqual([]);
  expect(stepsOf(await bench.plan(declarations))).toEqual([]);
}

const both = allGrants('all', 'prod', [
  [jane, 'Owner'],
  [tom, 'View'],
]);

describe('gives before it takes', () => {
  test('a permission that cannot be given keeps all that would go, and the run names it', async () => {
    await open(jane, tom);
    inject(refused('POST', 'ContainerPermissions'));
    const result = await bench.converge([jane, tom, both]);
    expect(failuresOf(result)).toEqual([`${both.address} forbidden`]);
    expect(said(result)).toMatch(/^Owner of jane@example\.com on prod: /);
    expect(rights()).toEqual([...strangers, 'tom@example.com has View on prod'].sort());
    expect([...bench.ledger.values()].filter(({ address }) => address === both.address)).toHaveLength(1);
    expect(result.events.filter(({ outcome }) => outcome === 'failed').map(({ label }) => label)).toEqual([
      'Owner of jane@example.com on prod',
      'permissions on prod',
    ]);
    await recovers(jane, tom, both);
    expect(rights()).toEqual(['jane@example.com has Owner on prod', 'tom@example.com has View on prod']);
  });

  test('a role that cannot be given keeps all its holders', async () => {
    const role = allHolders('all', 'Auditor', [jane, tom]);
    await open(jane, tom);
    inject(refused('PATCH|PUT', '/users/'));
    const result = await bench.converge([jane, tom, role]);
    expect(said(result)).toMatch(/^Auditor of (jane|tom)@example\.com: /);
    const holders = factsOf(bench.sim.state()).filter((fact) => fact.endsWith(' is Auditor'));
    expect(holders).toEqual(expect.arrayContaining(['boss@example.com is Auditor', 'mallory@example.com is Auditor']));
    expect(holders).toHaveLength(3);
    await recovers(jane, tom, role);
  });

  test('a right that cannot be changed is put back, and nobody is revoked for it', async () => {
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
    expect(said(result)).toMatch(/^Edit of sre on prod: /);
    expect(result.notes.map(({ message }) => message)).toEqual([
      'Edit of sre on prod: the new right could not be given; the old one was put back',
    ]);
    expect(rights()).toEqual(before);
    await recovers(...set('Edit'));
  });

  test('a right that can neither be changed nor be put back is said first of all', async () => {
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
    expect(said(result)).toMatch(
      /^Edit of sre on prod: there is now NO access at all.*neither done: Edit of tom@example\.com on prod$/,
    );
    await recovers(...set('Edit'));
  });

  test('what cannot be taken away keeps nothing else', async () => {
    await open(jane, tom);
    inject(refused('DELETE', 'ContainerPermissions'));
    const result = await bench.converge([jane, tom, both]);
    expect(said(result)).toMatch(/^(Owner of boss|View of mallory)@example\.com on prod: /);
    expect(rights()).toHaveLength(3);
    await recovers(jane, tom, both);
  });
});

describe('cut short', () => {
  test('stopped after its first edge, it takes nothing away, and the next run goes on', async () => {
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

  test('a service that fails in its writes is left alone after five edges, and its answers are not trusted', async () => {
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
    expect(said(result)).toMatch(/neither done: .* and 6 more$/);
    expect(result.written).toBe(true);
    expect(rights()).toEqual(strangers);
    await recovers(...people, set);
  });

  test('a broken connection may have been a write, and the next run makes no second one', async () => {
    await open(jane, tom);
    inject({ kind: 'resetAfter', method: 'POST', path: 'ContainerPermissions', times: 1 });
    expect(failuresOf(await bench.converge([jane, tom, both]))).toEqual([]);
    expect(rights()).toEqual(['jane@example.com has Owner on prod', 'tom@example.com has View on prod']);
  });
});

describe('since the plan was made', () => {
  test('the right of a stranger has changed: he is not revoked unseen', async () => {
    await open(jane, tom);
    const plan = await bench.plan([jane, tom, both]);
    bench.sim.admin.setRight('prod', { user: 'mallory@example.com' }, 'Edit');
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual([`${both.address} stale_plan`]);
    expect(said(result)).toContain('View of mallory@example.com on prod');
    expect(rights()).toContain('mallory@example.com has Edit on prod');
    await recovers(jane, tom, both);
  });

  test('a stranger has come and another has gone: what the plan does not say is not done', async () => {
    await open(jane, tom, sre);
    const plan = await bench.plan([jane, tom, sre, both]);
    bench.sim.admin.revoke('prod', { user: 'mallory@example.com' });
    bench.sim.admin.grant('prod', { group: 'sre' }, 'Owner');
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(rights()).toContain('group:sre has Owner on prod');
    expect(findingsOf(await bench.plan([jane, tom, sre, both]))).toEqual([`drift added_out_of_band ${both.address}`]);
  });
});
