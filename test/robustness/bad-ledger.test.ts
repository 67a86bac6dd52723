import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../support/assert/refused.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--auto-approve'] as const;
const INIT = [...APPLY, '--init-ledger'] as const;
const people = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
  );

let project: Project;

beforeEach(async () => {
  project = await openProject();
  project.declare({ delinea_user: people(2) });
});

afterEach(() => project.close());

/** Returns a valid ledger of this stack and tenant with one user. */
function whole(): string {
  const owned = {
    address: 'delinea_user.u0',
    kind: 'user',
    id: '1',
    surface: 'platform-rest',
    key: { userName: 'u0@example.com' },
  };
  return `${JSON.stringify({ version: 1, stack: 'people', tenant: project.sim.url, objects: [owned] })}\n`;
}

describe('first apply', () => {
  test('is refused before any request when there is no ledger', async () => {
    expect(await project.run(...APPLY)).toMatchObject(
      refused(1, [
        'Error: the ledger does not exist, so it is not known which objects are managed; nothing was written',
        `  at: <folder>/${LEDGER}`,
        '  do: Restore it, or pass the path of another ledger with --ledger. To start a ledger, run apply --init-ledger: existing objects are adopted if they equal the code, otherwise refused.',
      ]),
    );
    expect(project.sim.requests.total).toBe(0);
  });

  test('is refused when standard input is not a terminal and --auto-approve is missing', async () => {
    expect(await project.run('apply', '--init-ledger')).toMatchObject(
      refused(1, [
        'Error: cannot ask for confirmation: standard input or output is not a terminal; nothing was written',
        '  do: Pass --auto-approve to apply without confirmation.',
      ]),
    );
  });
});

describe('ledger file', () => {
  test('is read when it is valid', async () => {
    project.sim.admin.addUser({ userName: 'somebody@example.com' });
    project.write(LEDGER, whole());
    const { err, out } = await project.run('plan');
    expect(out + err).not.toContain('damaged');
    expect(out).toContain('delinea_user.u0');
  });

  const hint =
    '  do: Restore it from version control or a backup. If you cannot, move it away. To start a ledger, run apply --init-ledger: existing objects are adopted if they equal the code, otherwise refused.';

  test.each<[string, (text: string) => string, string]>([
    ['truncated', (text) => text.slice(0, -20), 'not JSON: line '],
    ['empty', () => '', 'not JSON'],
    ['has an unknown kind', (text) => text.replace('"kind":"user"', '"kind":"usr"'), 'objects.0.kind: unknown kind'],
    ['has an entry without an id', (text) => text.replace(/"id":"[^"]+"/, '"id":""'), 'objects.0.id: '],
    ['a list', () => '[]', 'file: '],
    [
      'has a key twice',
      (text) => text.replace('"objects":[', '"objects":[],"objects":['),
      'the file has the key "objects" twice: line 1, column ',
    ],
  ])('is refused and never overwritten when it is damaged: %s', async (_, damage, why) => {
    project.write(LEDGER, damage(whole()));
    for (const command of [INIT, ['drift']]) {
      const attempt = await project.run(...command);
      expect(attempt).toMatchObject({ code: 1, writes: 0, ledger: 'as before' });
      expect(attempt.err).toContain(`Error: the ledger is damaged: ${why}`);
      expect(attempt.err.split('\n').slice(1)).toEqual([`  at: <folder>/${LEDGER}`, hint, '']);
    }
  });

  test('is refused with how to merge it when it has the conflict markers of a merge', async () => {
    const text = whole();
    project.write(LEDGER, `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> main\n`);
    const attempt = await project.run('drift');
    expect(attempt).toMatchObject({ code: 1, writes: 0, ledger: 'as before' });
    expect(attempt.err).toContain('Error: the ledger has the conflict markers of a merge');
    expect(attempt.err).toContain('do: Keep the entries of both sides, one a line, and remove the markers.');
  });
});

describe('ledger of another stack or tenant', () => {
  test.each<[string, (text: string) => string, string]>([
    [
      'tenant',
      (text) => text.replace(/"tenant":"[^"]+"/, '"tenant":"https://acme.delinea.app"'),
      'tenant https://acme.delinea.app, not <tenant>',
    ],
    ['stack', (text) => text.replace('"stack":"people"', '"stack":"robots"'), 'stack "robots", not "people"'],
  ])('is refused when its %s differs', async (_, change, whose) => {
    project.write(LEDGER, change(whole()));
    for (const command of [INIT, ['plan']]) {
      expect(await project.run(...command)).toMatchObject(
        refused(
          1,
          [
            `Error: the ledger belongs to ${whose}`,
            `  at: <folder>/${LEDGER}`,
            '  do: Correct the settings, or pass the right ledger with --ledger.',
          ],
          'as before',
        ),
      );
    }
  });
});

describe('locked ledger', () => {
  test('makes the second run name the process that holds it and write nothing', async () => {
    project.declare({ delinea_user: people(40) });
    project.sim.faults.set({ latencyMs: 60 });
    const first = project.start(...INIT);
    while (project.sim.requests.writes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { code, err, out } = await project.run(...APPLY);
    expect(code).toBe(1);
    expect(err).toMatch(
      new RegExp(
        `^Error: the ledger is locked by process ${first.child.pid} of \\S+ on \\S+ since \\S+\\n  at: <folder>/${LEDGER}\\n  do: Wait until that run has ended\\. The lock of a killed run expires after ten seconds\\.\\n$`,
      ),
    );
    expect(out).toContain('reads 0 (lists 0, gets 0), writes 0');
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await project.run('drift')).toMatchObject({ code: 0 });
    expect(project.sim.state().users).toHaveLength(40);
  });
});

describe('empty stack with a ledger of fifty users', () => {
  beforeEach(async () => {
    project.declare({ delinea_user: people(50) });
    await project.run(...INIT);
    project.declare({});
  });

  test('makes the plan list and count every removal', async () => {
    const { code, out, writes, ledger } = await project.run('plan');
    expect([code, writes, ledger]).toEqual([2, 0, 'as before']);
    expect(out.match(/will be deactivated \(login disabled, account kept\)/g)).toHaveLength(50);
    expect(out).toContain('Plan: 0 to add, 0 to change, 50 to remove (50 deactivated).\n');
    expect(out).toContain(
      'Warning: apply will refuse: 50 of 50 users would be disabled or removed (limit 5): u0@example.com, ',
    );
  });

  test('makes apply refuse before the first write unless --allow-removals is exactly 50', async () => {
    for (const options of [[], ['--auto-approve'], ['--auto-approve', '--allow-removals', '49']]) {
      const refused = await project.run('apply', ...options);
      expect(refused).toMatchObject({ code: 3, writes: 0, ledger: 'as before' });
      expect(refused.err).toContain(
        [
          'Error: refused before the first write: 50 of 50 users would be disabled or removed (limit 5): u0@example.com, u10@example.com, u11@example.com, u12@example.com, u13@example.com, u14@example.com, u15@example.com, u16@example.com, u17@example.com, u18@example.com and 40 more',
          '  do: If this is intended, pass --allow-removals 50.',
        ].join('\n'),
      );
    }
    expect(project.sim.state().users.every(({ active }) => active)).toBe(true);
    const allowed = await project.run('apply', '--auto-approve', '--allow-removals', '50');
    expect(allowed).toMatchObject({ code: 0, writes: 50 });
    expect(project.sim.state().users.some(({ active }) => active)).toBe(false);
  });
});
