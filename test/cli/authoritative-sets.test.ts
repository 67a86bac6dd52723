import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { OwnedObject, Plan } from '../../src/provider/index.js';
import { factsOf } from '../support/assert/facts.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--auto-approve'] as const;

let project: Project;

beforeEach(async () => {
  project = await openProject({
    data: {
      users: [{ userName: 'mallory@example.com' }],
      containers: ['prod'],
      roles: ['Auditor'],
      containerPermissions: [{ container: 'prod', user: 'mallory@example.com', right: 'View' }],
      roleBindings: [{ role: 'Auditor', user: 'mallory@example.com' }],
    },
  });
});

afterEach(() => project.close());

const people = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`p${index}`, { user_name: `p${index}@example.com` }]),
  );
const to = (name: string) => ({ principal_type: 'user', principal_id: `\${delinea_user.${name}.id}` });

/** Declares two users. The first has a right on prod and holds the role. */
function declareBoth(right = 'Owner', more = {}): void {
  project.declare({
    delinea_user: people(2),
    delinea_container_permissions: { prod: { container: 'prod', adopt: 'always', grants: [{ ...to('p0'), right }] } },
    delinea_role_bindings: { auditor: { role: 'Auditor', adopt: 'always', holders: [to('p0')], ...more } },
  });
}

const edges = () => factsOf(project.sim.state()).filter((fact) => / has | is /.test(fact));
const BOTH = ['p0@example.com has Owner on prod', 'p0@example.com is Auditor'];
const ledger = () =>
  (JSON.parse(project.read(LEDGER)!) as { objects: OwnedObject[] }).objects.filter(({ kind }) => kind !== 'user');

async function run(code: number, ...args: string[]) {
  const attempt = await project.run(...args);
  expect([attempt.code, attempt.err]).toEqual([code, expect.anything()]);
  return attempt;
}

test('authoritative sets: plan, apply and drift list each element', async () => {
  declareBoth();
  const { out } = await run(2, 'plan');
  expect(out).toContain('# delinea_container_permissions.prod will be updated in place (1 granted, 1 revoked)\n');
  expect(out).toContain(
    '      + Owner of p0@example.com on prod\n      - View of mallory@example.com on prod\n      + adopt = "always"\n    }\n',
  );
  expect(out).toContain(
    '      + Auditor of p0@example.com\n      - Auditor of mallory@example.com\n      + adopt = "always"\n    }\n',
  );
  expect(out).toContain('Plan: 2 to add, 2 to change (2 assignments revoked), 0 to remove.\n');
  expect(out).toMatch(/^reads \d+ \(lists \d+, gets \d+\)/m);
  expect(await run(0, ...APPLY, '--init-ledger')).toMatchObject({ writes: 6 });
  expect(edges()).toEqual(BOTH);
  expect(ledger().map(({ address, kind }) => [address, kind])).toEqual([
    ['delinea_container_permissions.prod', 'container-permission'],
    ['delinea_role_bindings.auditor', 'role-binding'],
  ]);
  expect((await run(0, 'drift')).out).toMatch(/^No drift/m);

  project.sim.admin.grant('prod', { user: 'mallory@example.com' }, 'Edit');
  project.sim.admin.unbindRole('Auditor', { user: 'p0@example.com' });
  const drift = await run(2, 'drift');
  expect(drift.out).toContain('      + Edit of mallory@example.com on prod\n');
  expect(drift.out).toContain('      - Auditor of p0@example.com\n');
  expect(drift.out).toContain('Drift: Edit of mallory@example.com on prod: added outside of code');
  await run(0, ...APPLY);
  expect(edges()).toEqual(BOTH);
  await run(0, 'drift');
});

test('authoritative sets: a saved plan is applied as reviewed and refused when edited', async () => {
  declareBoth('View');
  await run(0, ...APPLY, '--init-ledger');
  project.sim.admin.grant('prod', { user: 'mallory@example.com' }, 'Edit');
  declareBoth('Owner');
  const { out } = await run(2, 'plan', '--out', 'plan.json');
  expect(out).toContain('      ~ Owner of p0@example.com on prod (now View)\n');
  const plan = project.read('plan.json')!;
  const edited = JSON.parse(plan) as Plan;
  const set = edited.resource_changes.find(({ type }) => type === 'delinea_container_permissions')!;
  const hidden = set.delinea.edgeSteps!.filter(({ operation }) => operation !== 'revoke');
  project.write(
    'edited.json',
    JSON.stringify({
      ...edited,
      resource_changes: edited.resource_changes.map((entry) =>
        entry === set ? { ...entry, delinea: { ...set.delinea, edgeSteps: hidden } } : entry,
      ),
    }),
  );
  const refused = await run(1, 'apply', 'edited.json', '--auto-approve');
  expect(refused).toMatchObject({ writes: 0, ledger: 'as before' });
  expect(refused.err).toContain('permissions on prod was changed since the plan was made: ');
  await run(0, 'apply', 'plan.json', '--auto-approve');
  expect(edges()).toEqual(BOTH);
  await run(0, 'plan');
  // Applied again, it finds nothing to do.
  expect(await run(0, 'apply', 'plan.json', '--auto-approve')).toMatchObject({ writes: 0 });
});

test('authoritative sets: apply exits with 4 when a single permission has the same container', async () => {
  project.declare({
    delinea_user: people(2),
    delinea_container_permissions: { prod: { container: 'prod', grants: [{ ...to('p0'), right: 'Owner' }] } },
    delinea_container_permission: { p1: { container: '/Prod', ...to('p1'), right: 'View' } },
  });
  const { out } = await run(4, ...APPLY, '--init-ledger');
  expect(out).toContain(
    'is managed both by an authoritative resource and individually; the other declaration is delinea_container_permissions.prod',
  );
  expect(edges()).toEqual(['mallory@example.com has View on prod', 'mallory@example.com is Auditor']);
});

test('authoritative sets: an empty list needs allow_empty and more than five removals need --allow-removals', async () => {
  const set = (count: number, more = {}) => {
    const grants = Object.keys(people(count)).map((name) => ({ ...to(name), right: 'View' }));
    project.declare({
      delinea_user: people(8),
      delinea_container_permissions: { prod: { container: 'prod', adopt: 'always', grants, ...more } },
    });
  };
  set(8);
  await run(0, ...APPLY, '--init-ledger');
  set(0);
  expect((await run(1, ...APPLY)).out).toContain('grants = [] would revoke all container permissions in this scope');
  set(2);
  const refused = await run(3, ...APPLY);
  expect(refused).toMatchObject({ writes: 0 });
  expect(refused.err).toContain(
    '7 of 9 container permissions on prod would be revoked or lowered, 1 of them by runs of the last 24 hours',
  );
  await run(0, ...APPLY, '--allow-removals', '6');
  set(0, { allow_empty: true });
  await run(0, ...APPLY);
  expect(edges()).toEqual(['mallory@example.com is Auditor']);
});

test('authoritative sets: removed and moved blocks change the ledger without a write', async () => {
  declareBoth();
  await run(0, ...APPLY, '--init-ledger');
  const rest = {
    delinea_user: people(2),
    delinea_container_permissions: { renamed: { container: 'prod', grants: [{ ...to('p0'), right: 'Owner' }] } },
  };
  project.declare(rest, {
    moved: [{ from: 'delinea_container_permissions.prod', to: 'delinea_container_permissions.renamed' }],
    removed: [{ from: 'delinea_role_bindings.auditor', lifecycle: { destroy: false } }],
  });
  expect((await run(2, 'plan')).out).toContain(
    '# delinea_role_bindings.auditor will no longer be managed (stays in the tenant) (1 forgotten)',
  );
  expect(await run(0, ...APPLY)).toMatchObject({ writes: 0 });
  expect(edges()).toEqual(BOTH);
  project.declare(rest);
  expect(await run(0, ...APPLY)).toMatchObject({ writes: 0 });
  expect(ledger().map(({ address }) => address)).toEqual(['delinea_container_permissions.renamed']);
  expect(edges()).toEqual(BOTH);
});

const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Applies ten users and declares one set that grants each of them a right. */
async function declareTen(): Promise<void> {
  project.declare({ delinea_user: people(10) });
  await run(0, ...APPLY, '--init-ledger');
  const grants = Object.keys(people(10)).map((name) => ({ ...to(name), right: 'View' }));
  project.declare({
    delinea_user: people(10),
    delinea_container_permissions: { prod: { container: 'prod', adopt: 'always', grants } },
  });
}

test('authoritative sets: nobody loses access when apply is killed, and the next run finishes without duplicates', async () => {
  await declareTen();
  const before = project.sim.requests.writes;
  // A write without a response keeps the run in the middle of the set.
  project.sim.faults.set({
    faults: [{ kind: 'timeoutAfter', method: 'POST', path: 'ContainerPermissions', at: [4] }],
  });
  const { child, ended } = project.start(...APPLY);
  await until(() => project.sim.requests.writes >= before + 4);
  child.kill('SIGKILL');
  expect((await ended).code).toBeNull();
  await until(() => project.sim.log.length === project.sim.requests.total);
  project.sim.faults.clear();
  expect(edges()).toContain('mallory@example.com has View on prod');
  const given = edges().filter((fact) => fact.startsWith('p'));
  expect(ledger().length).toBeLessThanOrEqual(given.length);
  await run(0, ...APPLY);
  const rights = edges().filter((fact) => fact.includes(' on prod'));
  expect(rights).toEqual(Object.keys(people(10)).map((name) => `${name}@example.com has View on prod`));
  expect(ledger()).toHaveLength(10);
  await run(0, 'drift');
  await run(0, 'verify-log');
});

test('authoritative sets: nothing is revoked when apply receives Ctrl-C, and the next run finishes', async () => {
  await declareTen();
  const before = project.sim.requests.writes;
  project.sim.faults.set({ latencyMs: 200 });
  const { child, ended } = project.start(...APPLY);
  await until(() => project.sim.requests.writes > before);
  child.kill('SIGINT');
  const { code, out } = await ended;
  project.sim.faults.clear();
  expect(code).toBe(4);
  expect(out).toContain('not attempted: the run was stopped');
  expect(edges()).toContain('mallory@example.com has View on prod');
  expect(ledger()).toHaveLength(edges().filter((fact) => fact.startsWith('p')).length);
  await run(0, ...APPLY);
  expect(ledger()).toHaveLength(10);
  await run(0, 'drift');
});

test('authoritative sets: single permissions become a set, and come back at other addresses with renamed users, without a write', async () => {
  const { id } = project.sim.state().users[0]!;
  const mallory = { principal_type: 'user', principal_id: id, right: 'View' };
  const singles = (names: readonly string[]) => ({
    delinea_user: Object.fromEntries(names.map((name, index) => [name, { user_name: `p${index}@example.com` }])),
    delinea_container_permission: Object.fromEntries([
      ['mallory', { container: 'prod', ...mallory }],
      ...names.map((name) => [`right_${name}`, { container: 'prod', ...to(name), right: 'Owner' }]),
    ]),
  });
  const whole = [0, 1].map((index) => ({ ...to(`p${index}`), right: 'Owner' }));
  project.declare(singles(['p0', 'p1']));
  await run(0, ...APPLY, '--init-ledger');
  const before = edges();
  project.declare({
    delinea_user: people(2),
    delinea_container_permissions: { all: { container: 'prod', grants: [mallory, ...whole] } },
  });
  expect((await run(0, ...APPLY)).writes).toBe(0);
  project.declare(singles(['q0', 'q1']));
  expect((await run(0, ...APPLY)).writes).toBe(0);
  expect(edges()).toEqual(before);
  expect((await run(0, 'plan')).out).toContain('No changes.');
});
