import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Attempt, openProject, type Project } from '../support/cli/project.js';

const users = (from: number, to: number) =>
  Object.fromEntries(
    Array.from({ length: to - from }, (_, index) => [
      `u${from + index}`,
      { user_name: `u${from + index}@example.com`, display_name: `U ${from + index}` },
    ]),
  );
const flat = ({ out, err }: Attempt) => (out + err).replace(/\s+/g, ' ');
let project: Project;

beforeEach(async () => {
  project = await openProject();
  project.declare({ delinea_user: users(0, 30) });
  expect((await project.run('apply', '.', '--init-ledger', '--auto-approve')).code).toBe(0);
});
afterEach(() => project.close());

test('slices of a removal are refused together, and the allowance of the refusal lets the last one through', async () => {
  project.declare({ delinea_user: users(4, 30) });
  expect(await project.run('apply', '.', '--auto-approve')).toMatchObject({ code: 0, writes: 4 });
  project.declare({ delinea_user: users(7, 30) });
  const refusal =
    '7 of 30 users would be disabled or removed, 4 of them by runs of the last 24 hours (limit 5): u4@example.com, u5@example.com, u6@example.com';
  expect(flat(await project.run('plan', '.'))).toContain(`apply will refuse: ${refusal}`);
  const refused = await project.run('apply', '.', '--auto-approve');
  expect([refused.code, refused.writes]).toEqual([3, 0]);
  expect(flat(refused)).toContain(refusal);
  const [, allowed] = /--allow-removals (\d+)/.exec(flat(refused))!;
  expect(await project.run('apply', '.', '--auto-approve', '--allow-removals', allowed!)).toMatchObject({
    code: 0,
    writes: 3,
  });
  // An allowed removal does not count again.
  project.declare({ delinea_user: users(8, 30) });
  expect((await project.run('apply', '.', '--auto-approve')).code).toBe(0);
  project.declare({ delinea_user: users(9, 30) });
  expect(flat(await project.run('apply', '.', '--auto-approve'))).toContain(
    '6 of 27 users would be disabled or removed, 5 of them by runs of the last 24 hours',
  );
});

test('off-boardings of the day are not counted', async () => {
  for (const name of ['u0', 'u1', 'u2', 'u3', 'u4']) {
    expect((await project.run('offboard', `${name}@example.com`, '--auto-approve')).code).toBe(0);
  }
  project.declare({ delinea_user: users(9, 30) });
  expect((await project.run('apply', '.', '--auto-approve')).code).toBe(0);
});

test('a saved plan is refused when another run has taken access since', async () => {
  project.declare({ delinea_user: users(4, 30) });
  await project.run('plan', '.', '--out', 'saved.json');
  project.declare({ delinea_user: { ...users(0, 4), ...users(8, 30) } });
  expect((await project.run('apply', '.', '--auto-approve')).code).toBe(0);
  project.declare({ delinea_user: users(4, 30) });
  const attempt = await project.run('apply', 'saved.json', '--auto-approve');
  expect([attempt.code, attempt.writes]).toEqual([3, 0]);
  expect(flat(attempt)).toContain('8 of 30 users would be disabled or removed, 4 of them by runs of the last 24 hours');
});

test('removals that the service refused do not count', async () => {
  project.declare({ delinea_user: users(4, 30) });
  project.sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'PATCH', path: '/' }] });
  expect((await project.run('apply', '.', '--auto-approve')).code).not.toBe(0);
  expect(project.sim.state().users.filter(({ active }) => !active)).toEqual([]);
  project.sim.faults.clear();
  project.declare({ delinea_user: { ...users(0, 4), ...users(9, 30) } });
  expect(await project.run('apply', '.', '--auto-approve')).toMatchObject({ code: 0, writes: 5 });
});
