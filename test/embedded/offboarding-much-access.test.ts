import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openProject, type Project } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const TOM = 'tom@example.com';
const GO = ['offboard', JANE, '--auto-approve', '--revoke'] as const;
const TEAMS = Array.from({ length: 70 }, (_, number) => `team ${number}`);

let project: Project;

beforeEach(async () => {
  project = await openProject({
    data: {
      users: [{ userName: JANE }, { userName: TOM }],
      groups: TEAMS.map((displayName, number) => ({ displayName, members: number < 35 ? [JANE] : [JANE, TOM] })),
      containers: TEAMS,
      containerPermissions: TEAMS.map((container) => ({ container, user: JANE, right: 'View' })),
    },
  });
  project.declare({});
});
afterEach(() => project.close());

test('offboard: needs no option for 70 groups of one or two and 70 rights, and disables the login first', async () => {
  expect(await project.run(...GO)).toMatchObject({ code: 0, writes: 141 });
  const steps = project
    .read('apply.jsonl')!
    .split('\n')
    .filter((line) => line.includes('"event":"step"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const login = { operation: 'deactivate', label: JANE };
  expect(steps.slice(0, 3)).toMatchObject([
    { ...login, outcome: 'sending' },
    { ...login, outcome: 'written' },
    { ...login, outcome: 'verified' },
  ]);
  expect(project.sim.state().groups.flatMap(({ members = [] }) => members)).toEqual(Array(35).fill(TOM));
});

test('offboard: revokes everything although the service does not disable the login', async () => {
  project.sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH', path: '/api/v1/users' }] });
  const { code, out } = await project.run(...GO);
  expect([code, out]).toEqual([4, expect.stringContaining('140 steps done and read back, 1 not done')]);
  expect(project.sim.state().users[0]).toMatchObject({ userName: JANE, active: true });
});
