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

/** Everything is as declared and ours, so that any step in any plan below is one that a broken answer made up. */
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

/** Neither a step nor the word that all is well: what could not be read is not known. */
async function expectUnread(command: readonly string[], err: readonly string[]): Promise<void> {
  const attempt = await project.run(...command);
  expect(attempt).toMatchObject(refused(5, err, 'as before'));
  expect(attempt.out).toMatch(/^reads .*\n$/);
}

describe.each(COMMANDS)('%s', (...command) => {
  test('a page that is HTML', async () => {
    project.sim.faults.set({ faults: [{ kind: 'html502', path: '/api/v1/users' }] });
    await expectUnread(command, [
      'Error: user list: an HTML page (HTTP 502, Platform REST)',
      '  do: The service failed; run again, the plan starts from what is there.',
    ]);
  });

  test.each<FaultKind>(['listEndsEarly', 'repeatPage'])('%s', async (kind) => {
    project.sim.faults.set({ faults: [{ kind, path: '/api/v1/users' }] });
    await expectUnread(command, [
      'Error: user list of Platform REST: 100 of 250 objects came, the rest is missing or repeats',
      '  do: Nothing is concluded from a part of a list: run again, and ask the vendor if it stays so.',
    ]);
  });

  test('objects without the field by which they are known', async () => {
    project.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/api/v1/users', fields: ['userName'] }] });
    const attempt = await project.run(...command);
    expect(attempt).toMatchObject({
      code: 5,
      writes: 0,
      ledger: 'as before',
      out: expect.stringMatching(/^reads .*\n$/),
    });
    expect(attempt.err).toMatch(/^Error: user list: user [0-9a-f-]+ has no userName\n/);
  });

  test('JSON that is cut off', async () => {
    project.sim.faults.set({ faults: [{ kind: 'truncate', path: '/api/v1/users' }] });
    const attempt = await project.run(...command);
    expect(attempt).toMatchObject({
      code: 5,
      writes: 0,
      ledger: 'as before',
      out: expect.stringMatching(/^reads .*\n$/),
    });
    expect(attempt.err).toMatch(/^Error: user list: the answer is not a JSON object\n/);
  });
});

describe('fields', () => {
  test('that nobody knows change nothing', async () => {
    const extra = { nonsense: { deep: [1] }, displayname: 'x', __proto__x: true, members2: [] };
    project.sim.faults.set({ faults: [{ kind: 'extraFields', extra }] });
    expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
    expect(await project.run('apply', '--auto-approve')).toMatchObject({ code: 0, writes: 0, ledger: 'as before' });
  });

  test('that a list leaves out are read one by one, or are no drift of what is not there', async () => {
    project.sim.faults.set({
      faults: [{ kind: 'dropFields', path: '/api/v1/users\\?', fields: ['displayName', 'active', 'roles'] }],
    });
    const { code, out, writes } = await project.run('drift');
    expect(writes).toBe(0);
    expect([code, out]).toEqual([0, expect.stringContaining('No drift')]);
  });

  test('that no answer has end in an honest failure, and remove nobody', async () => {
    project.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/scim/v2/Groups', fields: ['members'] }] });
    const { code, out, ledger: kept, writes } = await project.run('apply', '--auto-approve');
    expect([code, kept, writes]).toEqual([5, 'as before', 0]);
    expect(out).toContain('its members do not show, and the ledger knows 1');
    expect(project.sim.state().groups).toMatchObject([{ members: ['user00001@example.com'] }]);
  });
});

test('with the faults gone, all is as it was', async () => {
  expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
});
