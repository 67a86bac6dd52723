import { describe, expect, test } from '@jest/globals';
import { stepOf } from '../guard/steps.fixture.js';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { accessPaths, ifReadable } from './access-paths.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  data: {
    users: [{ userName: 'jane@x' }, { userName: 'tom@x' }],
    groups: [
      { displayName: 'sre', members: ['jane@x'] },
      { displayName: 'all', members: ['group:sre'] },
    ],
    containers: ['prod', 'stage'],
    containerPermissions: [
      { container: 'prod', user: 'jane@x', right: 'Owner' },
      { container: 'stage', group: 'all', right: 'View' },
    ],
    roles: ['Admin'],
    roleBindings: [{ role: 'Admin', group: 'sre' }],
  },
});
const jane = async () => ({ kind: 'user', id: await idOf('user', 'jane@x') });
const pathsOf = async (principal: Principal, steps: readonly Step[] = []) =>
  (await accessPaths(reader(), [principal], steps)).get(principalKey(principal))!;
const refuse = (path: string, status: number) => sim().faults.set({ faults: [{ kind: 'status', path, status }] });

describe('access of a principal', () => {
  test('groups at any depth, and edges of its own and of those groups', async () => {
    const { paths, unread } = await pathsOf(await jane());
    expect(paths.map(({ kind, label, through, owns }) => [kind, label, through, owns])).toEqual([
      ['group', 'member of sre', [], undefined],
      ['group', 'member of all', ['sre'], undefined],
      ['container-permission', 'Owner of jane@x on prod', [], true],
      ['container-permission', 'View of all on stage', ['sre', 'all'], undefined],
      ['role-binding', 'Admin of sre', ['sre'], undefined],
    ]);
    expect(unread).toEqual([]);
  });

  test('none for an account without access', async () => {
    const tom = { kind: 'user', id: await idOf('user', 'tom@x') };
    expect(await pathsOf(tom)).toEqual({ paths: [], unread: [] });
  });

  test('a kind that the account may not read is listed as unread', async () => {
    const principal = await jane();
    refuse('/ContainerPermissions', 403);
    const { paths, unread } = await pathsOf(principal);
    expect(paths.map(({ kind }) => kind)).toEqual(['group', 'group', 'role-binding']);
    expect(unread).toEqual([expect.stringMatching(/^container permissions: .*403/)]);
  });

  test('a kind that the plan uses must be readable', async () => {
    const principal = await jane();
    refuse('/ContainerPermissions', 403);
    const step = stepOf('container-permission', 'none', { key: 'p' });
    await expect(pathsOf(principal, [step])).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a transient error is thrown', async () => {
    const principal = await jane();
    refuse('/ContainerPermissions', 500);
    await expect(pathsOf(principal)).rejects.toMatchObject({ code: 'server_error' });
  });
});

describe('reading to complete a picture', () => {
  const failing = (code: ErrorCode) => () => Promise.reject(new DelineaError(code, code));

  test.each([
    'credentials_missing',
    'credentials_denied',
    'unauthorized',
    'forbidden',
    'wrong_surface',
    'unserved',
  ] as const)('returns %s when the configuration does not use the kind', async (code) => {
    expect(await ifReadable(false, failing(code))).toMatchObject({ code });
    await expect(ifReadable(true, failing(code))).rejects.toMatchObject({ code });
  });

  test('throws any other error, and returns what was read', async () => {
    await expect(ifReadable(false, failing('timed_out'))).rejects.toMatchObject({ code: 'timed_out' });
    await expect(ifReadable(false, () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    expect(await ifReadable(false, async () => 1)).toBe(1);
  });
});
