import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/provider/index.js';
import { findingsOf } from '../support/assert/facts.js';
import { type Blocks, openProject, type Project } from '../support/cli/project.js';
import { grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench | undefined;
let project: Project | undefined;
afterEach(async () => {
  await bench?.close();
  await project?.close();
  bench = project = undefined;
});

const OWN = 'delinea-iac';
const BOSS = 'boss@example.com';
const jane = user('jane');

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await openWorkbench({
    ...options,
    data: {
      users: [{ userName: OWN }, { userName: BOSS }],
      groups: [
        { displayName: 'robots', members: [OWN] },
        { displayName: 'board', members: ['group:robots', BOSS] },
      ],
      containers: ['prod', 'lab'],
      ...options.data,
    },
    provider: { protectedPrincipals: [BOSS], retries: 0, ...options.provider },
  });
  return bench;
}

const refusalsIn = ({ delinea }: Plan) =>
  delinea.findings.flatMap(({ code, message }) =>
    code === 'refused_by_guard' ? [message.replace('apply will refuse: ', '').replace(/ \(limit.*/, '')] : [],
  );

test('mass-removal guard: objects that the same plan adopts do not count as managed', async () => {
  const existing = Array.from({ length: 80 }, (_, index) => `x${index}`);
  const { converge, plan } = await open({
    data: { users: [OWN, BOSS, ...existing.map((name) => `${name}@example.com`)].map((userName) => ({ userName })) },
  });
  const managed = Array.from({ length: 8 }, (_, index) => user(`m${index}`));
  await converge(managed);
  const adopted = existing.map((name, index) => user(name, { adopt: 'always', ...(index > 40 ? { title: 'x' } : {}) }));
  const made = await plan([...managed.slice(6), ...adopted]);
  expect(refusalsIn(made)).toEqual(['6 of 8 users would be disabled or removed']);
  // A saved plan without the adoptions leaves them out, and does not count them either.
  const resource_changes = made.resource_changes.filter(({ delinea }) => delinea.unmanaged === undefined);
  const rest = await plan([...managed.slice(6), ...adopted], { reviewed: { ...made, resource_changes } });
  expect(refusalsIn(rest)).toEqual(['6 of 8 users would be disabled or removed']);
});

describe('guard for the own account and protected principals', () => {
  const board = group('board', { adopt: 'always' });
  const robots = group('robots', { adopt: 'always' });
  const edges = (right: string) => [
    grant('a', 'prod', board, right),
    grant('b', 'prod', jane, 'Owner'),
    grant('c', 'lab', robots, right),
  ];
  const through = [
    `${BOSS} would lose Owner of board on prod (through board)`,
    `${OWN} would lose Owner of board on prod (through board)`,
    `${OWN} would lose Owner of robots on lab (through robots)`,
  ];

  test.each([
    ['is revoked', [grant('b', 'prod', jane, 'Owner')], through],
    ['is lowered', edges('Edit'), through.map((message) => message.replace('Owner', 'Edit'))],
  ])('refuses the plan when the right of a group around them %s', async (_, after, expected) => {
    const { converge, plan, apply, sim } = await open();
    sim.admin.grant('lab', { user: BOSS }, 'Owner');
    expect((await converge([jane, board, robots, ...edges('Owner')])).failures).toEqual([]);
    sim.resetRequests();
    const made = await plan([jane, board, robots, ...after]);
    expect(refusalsIn(made).sort()).toEqual(expected);
    await expect(apply(made, {}, { removals: 2, principals: [BOSS] })).rejects.toMatchObject({
      code: 'refused_by_guard',
      remedy: [{ kind: 'allowPrincipals', names: [OWN] }],
    });
    expect(sim.requests.writes).toBe(0);
    expect((await apply(made, {}, { principals: [BOSS, OWN] })).failures).toEqual([]);
  });

  test('refuses the plan when a group that contains them leaves another group', async () => {
    const { converge, plan } = await open();
    const all = group('all', { ...membersOf(jane, board), allowEmpty: true });
    expect((await converge([jane, board, all])).failures).toEqual([]);
    const left = await plan([jane, board, group('all', membersOf(jane))]);
    expect(refusalsIn(left).sort()).toEqual([
      `${BOSS} would leave all (through board)`,
      `${OWN} would leave all (through board)`,
    ]);
    expect(refusalsIn(await plan([jane, board, group('all', membersOf(board))]))).toEqual([]);
  });

  test('accepts the plan when they gain access', async () => {
    const { converge, plan } = await open();
    expect((await converge([jane, board, robots, ...edges('View')])).failures).toEqual([]);
    expect(refusalsIn(await plan([jane, board, robots, ...edges('Owner')]))).toEqual([]);
  });
});

describe('guard for last holders of a kind that the stack does not use', () => {
  const leaver = [user('leaver'), user('stays')];
  const refuse = (status: number) =>
    bench!.sim.faults.set({ faults: [{ kind: 'status', status, path: '/ContainerPermissions' }] });

  test('warns and lets the plan continue when that kind may not be read', async () => {
    const { converge, plan, apply } = await open();
    await converge(leaver);
    refuse(403);
    const made = await plan(leaver.slice(1));
    expect(findingsOf(made)).toEqual(['warning not_checked']);
    expect(made.delinea.findings[0]?.message).toMatch(/^not checked whether every container keeps an active Owner: /);
    expect((await apply(made)).failures).toEqual([]);
  });

  test('warns and lets the plan continue when the surface does not have that kind', async () => {
    const { converge, plan } = await open();
    await converge(leaver);
    refuse(404);
    expect(findingsOf(await plan(leaver.slice(1)))).toEqual(['warning not_checked']);
  });

  test('stops the plan when the read fails with a transient error', async () => {
    const { converge, plan } = await open();
    await converge(leaver);
    refuse(500);
    await expect(plan(leaver.slice(1))).rejects.toThrow();
  });
});

describe('guard for last holders at apply', () => {
  test.each<[string, (admin: Workbench['sim']['admin']) => void]>([
    ['was disabled', (admin) => admin.setActive('tom@example.com', false)],
    ['was deleted', (admin) => admin.deleteUser('tom@example.com')],
    ['lost the right', (admin) => admin.revoke('lab', { group: 'crew' })],
    ['has a lesser right', (admin) => admin.setRight('lab', { group: 'crew' }, 'View')],
    ['left the group', (admin) => admin.removeMember('crew', 'tom@example.com')],
  ])('refuses before the first write when the remaining Owner %s after the plan', async (_, happens) => {
    const { converge, plan, apply, sim } = await open();
    const tom = user('tom');
    const crew = group('crew', membersOf(tom));
    const rest = [jane, tom, crew, grant('b', 'lab', crew, 'Owner')];
    expect((await converge([...rest, grant('a', 'lab', jane, 'Owner')])).failures).toEqual([]);
    const made = await plan(rest);
    expect(refusalsIn(made)).toEqual([]);
    happens(sim.admin);
    sim.resetRequests();
    await expect(apply(made, {}, {})).rejects.toMatchObject({
      code: 'refused_by_guard',
      message: 'refused before the first write: container lab would be left without an active Owner',
    });
    expect(sim.requests.writes).toBe(0);
  });
});

describe('guard for last holders on the command line', () => {
  const who = (name: string, more = {}) => ({ [name]: { user_name: `${name}@example.com`, ...more } });
  const owner = (...names: string[]) =>
    Object.fromEntries(
      names.map((name) => [
        `prod_${name}`,
        {
          container: 'prod',
          right: 'Owner',
          principal_type: 'user',
          principal_id: `\${delinea_user.${name}.id}`,
        },
      ]),
    );
  const stack = (users: object, permissions: object) =>
    ({ delinea_user: users, delinea_container_permission: permissions }) as Blocks;
  const both = stack({ ...who('jane'), ...who('tom') }, owner('jane', 'tom'));
  const alone = stack({ ...who('jane'), ...who('tom') }, owner('tom'));
  const none = stack({ ...who('jane'), ...who('tom') }, {});

  beforeEach(async () => {
    project = await openProject({ data: { containers: ['prod', 'lab'] } });
    project.declare(both);
    expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
  });

  test('exits with 3 before the first write unless --allow-orphan has the exact name', async () => {
    project!.declare(none);
    const message = 'container prod would be left without an active Owner';
    expect((await project!.run('plan')).out).toContain(`apply will refuse: ${message}`);
    for (const more of [
      [],
      ['--allow-orphan', 'lab', '--allow-removals', '2', '--allow-principal', 'tom@example.com'],
    ]) {
      const attempt = await project!.run('apply', '--auto-approve', ...more);
      expect(attempt).toMatchObject({ code: 3, writes: 0, ledger: 'as before' });
      expect(attempt.err).toContain(`refused before the first write: ${message}`);
      expect(attempt.err).toContain('--allow-orphan "prod"');
    }
    expect(await project!.run('apply', '--auto-approve', '--allow-orphan', 'prod')).toMatchObject({
      code: 0,
      writes: 2,
    });
  });

  test('exits with 3 when the remaining Owner was disabled after the plan', async () => {
    project!.declare(alone);
    expect(await project!.run('plan', '--out', 'plan.json')).toMatchObject({ code: 2 });
    project!.sim.admin.setActive('tom@example.com', false);
    const attempt = await project!.run('apply', 'plan.json', '--auto-approve');
    expect(attempt).toMatchObject({ code: 3, writes: 0, ledger: 'as before' });
    expect(attempt.err).toContain('container prod would be left without an active Owner');
  });

  test('exits with 5 when the remaining Owners cannot be read', async () => {
    project!.declare(stack(who('tom'), {}));
    project!.sim.faults.set({ faults: [{ kind: 'status', status: 500, path: '/ContainerPermissions' }] });
    expect(await project!.run('plan')).toMatchObject({ code: 5, writes: 0 });
  });
});
