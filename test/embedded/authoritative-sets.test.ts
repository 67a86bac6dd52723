import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { bind, grant, group, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

const jane = user('jane');
const tom = user('tom');
const sre = group('sre');

const data: WorkbenchOptions['data'] = {
  users: [{ userName: 'boss@example.com' }, { userName: 'mallory@example.com' }],
  containers: ['apps', { name: 'prod', parent: 'apps' }, 'test'],
  roles: ['Auditor', 'Operator'],
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
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ data, ...options });
};
afterEach(() => bench.close());

const edges = () => factsOf(bench.sim.state()).filter((fact) => / has | is /.test(fact));
const errorsIn = (findings: readonly string[]) => findings.filter((finding) => finding.startsWith('error'));
const held = () => [...bench.ledger.values()].filter(({ kind }) => kind !== 'user' && kind !== 'group');

/** Both are applied; the writes are what happened to the edges. */
async function converge(...declarations: Declaration[]): Promise<number> {
  expect(failuresOf(await bench.converge(declarations))).toEqual([]);
  const { writes } = bench.sim.requests;
  expect(stepsOf(await bench.plan(declarations))).toEqual([]);
  return writes;
}

/** Somebody else has her name now: whatever refers to her cannot be planned. */
function replaceJane(): void {
  bench.sim.admin.deleteUser('jane@example.com');
  bench.sim.admin.addUser({ userName: 'jane@example.com' });
}

/** What the two kinds share, told once. */
const KINDS = [
  {
    kind: 'container-permissions',
    address: 'delinea_container_permissions.all',
    element: 'grants',
    set: (holders: readonly Declaration[], values = {}, rest = {}) =>
      allGrants(
        'all',
        'prod',
        holders.map((to) => [to, 'Edit'] as const),
        values,
        rest,
      ),
    one: (name: string, to: Declaration) => grant(name, 'prod', to, 'Edit'),
    strangers: ['boss@example.com has Owner on prod', 'mallory@example.com has View on prod'],
    fact: (who: string) => `${who} has Edit on prod`,
    intrude: () => bench.sim.admin.grant('prod', { user: 'mallory@example.com' }, 'View'),
    intruder: 'mallory@example.com has View on prod',
  },
  {
    kind: 'role-bindings',
    address: 'delinea_role_bindings.all',
    element: 'holders',
    set: (holders: readonly Declaration[], values = {}, rest = {}) =>
      allHolders('all', 'Auditor', holders, values, rest),
    one: (name: string, to: Declaration) => bind(name, 'Auditor', to),
    strangers: ['boss@example.com is Auditor', 'mallory@example.com is Auditor'],
    fact: (who: string) => `${who} is Auditor`,
    intrude: () => bench.sim.admin.bindRole('Auditor', { user: 'mallory@example.com' }),
    intruder: 'mallory@example.com is Auditor',
  },
] as const;

const ofEdges = (facts: readonly string[], strangers: readonly string[]) => {
  const scope = strangers[0]!.includes(' is ') ? ' is ' : ' has ';
  return facts.filter((fact) => fact.includes(scope));
};

describe.each(KINDS)('$kind', ({ kind, address, element, set, one, strangers, fact, intrude, intruder }) => {
  const here = () => ofEdges(edges(), strangers);

  test('users, groups and whoever the same plan creates; all others lose it', async () => {
    await open();
    await converge(jane, sre, set([jane, sre]));
    expect(here()).toEqual([fact('group:sre'), fact('jane@example.com')]);
    expect(held().map((entry) => entry.address)).toEqual([address, address]);
  });

  test('whoever comes in from outside is drift, and leaves with the next apply', async () => {
    await open();
    await converge(jane, set([jane]));
    intrude();
    const plan = await bench.plan([jane, set([jane])]);
    expect(findingsOf(plan)).toEqual([`drift added_out_of_band ${address}`]);
    expect(stepsOf(plan)).toEqual([expect.stringContaining(`update ${kind} `)]);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(here()).toEqual([fact('jane@example.com')]);
  });

  test('an empty list takes everything away only where it says so', async () => {
    await open();
    await converge(jane, set([jane]));
    intrude();
    const refused = await bench.converge([jane, set([])]);
    expect(findingsOf(refused.plan)).toEqual([`error guarded ${address}.${element}`]);
    expect(here()).toEqual([fact('jane@example.com'), intruder].sort());
    expect(held()).toHaveLength(1);
    await converge(jane, set([], { allowEmpty: true }));
    expect(here()).toEqual([]);
    expect(held()).toEqual([]);
  });

  test('a set that goes takes along what it gave, and nothing that others gave since', async () => {
    await open();
    await converge(jane, set([jane]));
    intrude();
    const plan = await bench.plan([jane]);
    expect(stepsOf(plan)).toEqual([expect.stringContaining(`revoke ${kind} `)]);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(here()).toEqual([intruder]);
    expect(held()).toEqual([]);
  });

  test('onRemoval = retain keeps everything when the set goes, and nobody who leaves the list', async () => {
    await open();
    const retain = { onRemoval: 'retain' };
    await converge(jane, tom, set([jane, tom], retain));
    await converge(jane, tom, set([jane], retain));
    expect(here()).toEqual([fact('jane@example.com')]);
    const plan = await bench.plan([jane, tom]);
    expect(stepsOf(plan)).toEqual([expect.stringContaining(`forget ${kind} `)]);
    await bench.apply(plan);
    expect(here()).toEqual([fact('jane@example.com')]);
    expect(held()).toEqual([]);
  });

  test('a removed block lets go of all, a moved block of nothing', async () => {
    await open();
    await converge(jane, tom, set([jane, tom]));
    const to = set([jane]);
    const moved = { ...to, address: to.address.replace('.all', '.renamed') };
    const plan = await bench.plan([jane, tom, moved], { moved: [{ from: address, to: moved.address }] });
    expect(plan.resource_changes.filter(({ delinea }) => delinea.kind === kind)).toMatchObject([
      { address: moved.address, delinea: { operation: 'update' } },
    ]);
    await bench.apply(plan);
    expect(here()).toEqual([fact('jane@example.com')]);
    await converge(jane, tom, moved);
    expect(held().map((entry) => entry.address)).toEqual([moved.address]);
    const letGo = await bench.plan([jane, tom], { forgotten: [moved.address] });
    expect(stepsOf(letGo)).toEqual([expect.stringContaining(`forget ${kind} `)]);
    await bench.apply(letGo);
    expect([here(), held()]).toEqual([[fact('jane@example.com')], []]);
  });

  test('a set that is called otherwise without a moved block keeps what it gave', async () => {
    await open();
    await converge(jane, tom, set([jane, tom]));
    const before = bench.sim.requests.writes;
    const renamed = { ...set([jane, tom]), address: address.replace('.all', '.renamed') };
    expect((await converge(jane, tom, renamed)) - before).toBe(0);
    expect(held().map((entry) => entry.address)).toEqual([renamed.address, renamed.address]);
  });

  test('an edge moves between its own declaration and a set without a write', async () => {
    await open();
    await converge(jane, set([jane]));
    const before = bench.sim.requests.writes;
    expect(await converge(jane, one('jane', jane))).toBe(before);
    expect(held().map((entry) => entry.address)).toEqual([one('jane', jane).address]);
    expect(await converge(jane, set([jane]))).toBe(before);
    expect(held().map((entry) => entry.address)).toEqual([address]);
  });

  test.each([['all' as const], [[element]]])(
    'ignore_changes of %s leaves the edges to others',
    async (ignoreChanges) => {
      await open();
      await converge(jane, set([jane]));
      intrude();
      const before = bench.sim.requests.writes;
      const ignoring = set([], {}, { ignoreChanges });
      expect(await converge(jane, ignoring)).toBe(before);
      const { change } = (await bench.plan([jane, ignoring])).resource_changes.find(
        (entry) => entry.address === address,
      )!;
      expect(change.after).not.toHaveProperty(element);
      expect(held()).toHaveLength(1);
      await converge(jane, set([jane]));
      expect(here()).toEqual([fact('jane@example.com')]);
    },
  );

  test('who is written twice is an error of both, and nobody is revoked for it', async () => {
    await open();
    const before = here();
    const plan = await bench.plan([jane, tom, set([jane, tom, jane])]);
    expect(errorsIn(findingsOf(plan))).toEqual([
      `error duplicate ${address}.${element}[0]`,
      `error duplicate ${address}.${element}[2]`,
    ]);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(here()).toEqual([...before, fact('tom@example.com')].sort());
  });

  test('an element that cannot be planned keeps all others from being revoked', async () => {
    await open();
    await converge(jane, tom, set([jane, tom]));
    intrude();
    replaceJane();
    const plan = await bench.plan([jane, tom, set([jane])]);
    expect(errorsIn(findingsOf(plan))).toEqual([
      `error skipped ${address}.${element}[0].principalId`,
      'error consent_missing delinea_user.jane',
    ]);
    expect(stepsOf(plan)).toEqual([]);
    await bench.apply(plan);
    expect(here()).toEqual([fact('tom@example.com'), intruder].sort());
    expect(held()).toHaveLength(2);
  });

  test('what the whole set and a single declaration mean alike is an error of both, and stays as it is', async () => {
    await open();
    await converge(jane, one('jane', jane));
    const before = here();
    const plan = await bench.plan([jane, tom, one('jane', jane), set([tom])]);
    expect(errorsIn(findingsOf(plan))).toEqual(
      [`error duplicate ${one('jane', jane).address}`, `error duplicate ${address}`, `error skipped ${address}`].sort(),
    );
    expect(stepsOf(plan)).toEqual(['create user tom@example.com']);
    await bench.apply(plan);
    expect(here()).toEqual(before);
  });

  test('so it is where the single one is in error for another reason', async () => {
    await open();
    await converge(jane, one('jane', jane));
    replaceJane();
    intrude();
    const before = here();
    const plan = await bench.plan([jane, tom, one('jane', jane), set([tom])]);
    expect(errorsIn(findingsOf(plan))).toContain(`error duplicate ${address}`);
    await bench.apply(plan);
    expect(here()).toEqual(before);
  });

  test("the run's own account keeps what it has, and is no drift", async () => {
    await open();
    const own = bench.settings.ownAccounts[0]!;
    bench.sim.admin.addUser({ userName: own });
    if (kind === 'role-bindings') bench.sim.admin.bindRole('Auditor', { user: own });
    else bench.sim.admin.grant('prod', { user: own }, 'Edit');
    await converge(jane, set([jane]));
    expect(here()).toEqual([fact(own), fact('jane@example.com')].sort());
    expect(findingsOf(await bench.plan([jane, set([jane])]))).toEqual([]);
    // Declared and dropped again, it is let go.
    const self = { ...user('self'), values: { userName: own } };
    await converge(jane, self, set([jane, self]));
    await converge(jane, self, set([jane]));
    expect(here()).toEqual([fact(own), fact('jane@example.com')].sort());
    expect(held()).toHaveLength(1);
  });
});
