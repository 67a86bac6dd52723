import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../src/simulator/index.js';
import { refused } from '../support/assert/refused.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

const PEOPLE = 250;
const COMMANDS = [['plan'], ['drift'], ['apply', '--auto-approve']] as const;
const users = Object.fromEntries(
  Array.from({ length: PEOPLE }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return [`u${number}`, { user_name: `user${number}@example.com`, display_name: `User ${number}` }];
  }),
);
const stack = {
  delinea_user: users,
  delinea_group: { g: { display_name: 'g', description: 'd', members: ['${delinea_user.u00001.id}'] } },
};

let project: Project;
let ledger: string | undefined;

/** Applies the whole stack, so that any step planned below comes from a bad response alone. */
beforeAll(async () => {
  project = await openProject({ seedUsers: PEOPLE, provider: { retries: 0 } });
  project.declare(stack);
  expect(await project.run('apply', '--init-ledger', '--auto-approve')).toMatchObject({ code: 0, writes: 1 });
  ledger = project.read(LEDGER);
});

afterEach(() => {
  project.sim.faults.clear();
  expect(project.read(LEDGER)).toBe(ledger);
});

afterAll(() => project.close());

/** Expects exit code 5 with neither a planned step nor a report of "no drift". */
async function expectUnread(command: readonly string[], err: readonly string[]): Promise<void> {
  const attempt = await project.run(...command);
  expect(attempt).toMatchObject(refused(5, err, 'as before'));
  expect(attempt.out).toMatch(/^reads .*\n$/);
}

describe.each(COMMANDS)('%s with a bad response', (...command) => {
  test('exits with 5 when a page is HTML', async () => {
    project.sim.faults.set({ faults: [{ kind: 'html502', path: '/api/v1/users' }] });
    await expectUnread(command, [
      'Error: user list: an HTML page (HTTP 502, Platform REST)',
      '  do: The service failed. Run again: the plan starts from the live state.',
    ]);
  });

  test.each<FaultKind>(['listEndsEarly', 'repeatPage'])('exits with 5 when a list is incomplete: %s', async (kind) => {
    project.sim.faults.set({ faults: [{ kind, path: '/api/v1/users' }] });
    await expectUnread(command, [
      'Error: user list of Platform REST: only 100 of 250 objects were returned',
      '  do: An incomplete list is not used. Run again; if it happens again, ask the vendor.',
    ]);
  });

  test('exits with 5 when users have no userName', async () => {
    project.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/api/v1/users', fields: ['userName'] }] });
    const attempt = await project.run(...command);
    expect(attempt).toMatchObject({
      code: 5,
      writes: 0,
      ledger: 'as before',
      out: expect.stringMatching(/^reads .*\n$/),
    });
    expect(attempt.err).toMatch(/^Error: user list: user [0-9a-f-]+ has no user_name\n/);
  });

  test('exits with 5 when the JSON is truncated', async () => {
    project.sim.faults.set({ faults: [{ kind: 'truncate', path: '/api/v1/users' }] });
    const attempt = await project.run(...command);
    expect(attempt).toMatchObject({
      code: 5,
      writes: 0,
      ledger: 'as before',
      out: expect.stringMatching(/^reads .*\n$/),
    });
    expect(attempt.err).toMatch(/^Error: user list: the response is not a JSON object\n/);
  });
});

describe('fields of a response', () => {
  test('are ignored when they are unknown', async () => {
    const extra = { nonsense: { deep: [1] }, displayname: 'x', __proto__x: true, members2: [] };
    project.sim.faults.set({ faults: [{ kind: 'extraFields', extra }] });
    expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
    expect(await project.run('apply', '--auto-approve')).toMatchObject({ code: 0, writes: 0, ledger: 'as before' });
  });

  test('cause no drift when a list omits them', async () => {
    project.sim.faults.set({
      faults: [{ kind: 'dropFields', path: '/api/v1/users\\?', fields: ['displayName', 'active', 'roles'] }],
    });
    const { code, out, writes } = await project.run('drift');
    expect(writes).toBe(0);
    expect([code, out]).toEqual([0, expect.stringContaining('No drift')]);
  });

  test('make apply exit with 5 and remove nobody when every response omits them', async () => {
    project.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/scim/v2/Groups', fields: ['members'] }] });
    const { code, out, ledger: kept, writes } = await project.run('apply', '--auto-approve');
    expect([code, kept, writes]).toEqual([5, 'as before', 0]);
    expect(out).toContain('the response leaves out members, although 1 is known');
    expect(project.sim.state().groups).toMatchObject([{ members: ['user00001@example.com'] }]);
  });
});

test('bad responses: the tenant is unchanged when the faults are over', async () => {
  expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
});
