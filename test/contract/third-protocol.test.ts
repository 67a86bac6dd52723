import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Allowance,
  applyPlan,
  connect,
  type Declaration,
  makePlan,
  readSettings,
} from '../../src/provider/index.js';
import { stepsOf } from '../support/assert/facts.js';
import { grant, group, membersOf, user } from '../support/tenant/declare.js';
import { MemoryLedger } from '../support/tenant/memory-ledger.js';
import { vaultDialects, vaultSettings } from '../support/tenant/vault-protocol.js';
import { startVault, type VaultServer } from '../support/tenant/vault-server.js';
import { withAllowance } from '../support/tenant/workbench.js';

const KINDS = ['user', 'group', 'container', 'container-permission'];
const ACCOUNT = { vaultUser: 'svc', vaultPassword: 'pass word', vaultDomain: 'CORP' };

let vault: VaultServer;
let ledger: MemoryLedger;
beforeEach(async () => {
  vault = await startVault();
  ledger = new MemoryLedger();
});
afterEach(() => vault.close());

function settings(block: Readonly<Record<string, unknown>> = {}) {
  const routing = KINDS.map((kind) => ({ kind, surface: 'vault' }));
  const common = { tenant: 'acme', vaultUrl: vault.url, routing, retries: 0, visibilitySeconds: 0 };
  return readSettings({ ...common, ...ACCOUNT, ...block }, {}, vaultSettings);
}

const tenant = (block = {}, allowance: Omit<Allowance, 'source'> = {}) =>
  connect(withAllowance(settings(block), allowance), {}, vaultDialects);

async function plan(declarations: readonly Declaration[]) {
  return makePlan(await tenant(), { stack: 'test', declarations, owned: ledger.objects() });
}

async function apply(declarations: readonly Declaration[]) {
  const io = { ...ledger.io, log: async () => undefined };
  const result = await applyPlan(await tenant({}, { removals: 10, orphans: ['prod'] }), await plan(declarations), io);
  expect(result.failures).toEqual([]);
  return result;
}

/** The writes since `vault.requests` was emptied. */
const writes = () => vault.requests.filter(({ line }) => !line.startsWith('GET')).map(({ line, body }) => [line, body]);

const ann = user('ann', { displayName: 'Ann', title: 'Welcome' });
const ben = user('ben', { manager: { ref: ann.address, attribute: 'id' } });
const sre = group('sre', membersOf(ann, ben));
const edit = grant('edit', 'prod', sre, 'Edit');
const everything = [ann, ben, sre, edit];

describe('settings of a third protocol', () => {
  test('base and token URL: below the host that its setting names, not below the tenant', () => {
    expect(settings().surfaces.vault).toMatchObject({
      baseUrl: `${vault.url}/api/v1`,
      tokenUrl: `${vault.url}/oauth2/token`,
    });
  });

  test('routing: is refused when the setting of the host is not set', () => {
    expect(() => settings({ vaultUrl: undefined })).toThrow(
      expect.objectContaining({
        code: 'settings_invalid',
        message: 'the Vault has no URL',
        hint: 'Set DELINEA_VAULT_URL, or "vault_url" in the provider block.',
      }),
    );
  });

  test('own accounts and secrets: come from the credentials that its row names', () => {
    const { ownAccounts, redact } = settings();
    expect(ownAccounts).toEqual(['svc']);
    expect(redact('pass word, pass+word')).toBe('[secret], [secret]');
  });

  test('credentials: an optional one may be missing, and a required one is named with its variable', async () => {
    const without = async (name: string) => (await tenant({ [name]: undefined })).collection('user').list();
    await expect(without('vaultDomain')).rejects.toMatchObject({
      code: 'credentials_denied',
      message: expect.stringContaining('grant_type=password&username=svc&password=[secret] (HTTP 400'),
    });
    await expect(without('vaultPassword')).rejects.toMatchObject({
      code: 'credentials_missing',
      hint: expect.stringContaining('Set DELINEA_VAULT_USER and DELINEA_VAULT_PASSWORD'),
    });
  });
});

describe('collections of a third protocol', () => {
  test('find: sends the filter as the protocol builds it', async () => {
    const permissions = (await tenant()).collection('container-permission');
    await permissions.find({ container: '23', principalType: 'group', principalId: '7' });
    expect(vault.requests.at(-1)?.line).toBe(
      'GET /folder-permissions?skip=0&take=2&filter.folderId=23&filter.groupId=7',
    );
  });

  test('get: reads members page by page from their own collection', async () => {
    vault.rows.groups!.push({ id: 7, name: 'sre' });
    vault.members.push(...[1, 2, 3].map((memberId) => ({ groupId: 7, memberId })));
    const groups = (await tenant()).collection('group');
    expect((await groups.get('7'))?.values).toEqual({ displayName: 'sre', members: ['1', '2', '3'] });
    const [listed] = await groups.list();
    expect(listed).toMatchObject({ listed: true, values: { displayName: 'sre' } });
    expect(listed?.values.members).toBeUndefined();
  });

  test('update: refuses members that were not read, before anything is sent', async () => {
    vault.rows.groups!.push({ id: 7, name: 'sre' });
    vault.faults.set('GET /groups/7/members', 403);
    const groups = (await tenant()).collection('group');
    const live = (await groups.get('7'))!;
    expect(live.values).toEqual({ displayName: 'sre' });
    await expect(groups.update(live, { members: [] })).rejects.toMatchObject({
      code: 'incomplete_response',
      message: 'the response for group 7 has no members',
    });
    expect(writes()).toEqual([]);
  });

  test('update: refuses an immutable and a creation-only attribute, before anything is sent', async () => {
    vault.rows.users!.push({ id: 1, login: 'ann@example.com' });
    const users = (await tenant()).collection('user');
    const live = (await users.get('1'))!;
    for (const [changes, name] of [
      [{ userName: 'x' }, 'user_name'],
      [{ title: 'x' }, 'title'],
    ] as const) {
      await expect(users.update(live, changes)).rejects.toMatchObject({
        code: 'immutable',
        message: `user 1: ${name} cannot be changed after creation`,
      });
    }
    expect(writes()).toEqual([]);
  });
});

describe('plan and apply over a third protocol', () => {
  test('apply: creates everything with the requests of the protocol, and the next plan is empty', async () => {
    await apply(everything);
    const [annId, benId] = vault.rows.users!.map(({ id }) => id);
    const groupId = vault.rows.groups![0]!.id;
    expect(writes()).toEqual([
      ['POST /users', { login: 'ann@example.com', fullName: 'Ann', welcomeText: 'Welcome' }],
      ['POST /users', { login: 'ben@example.com', managerId: annId }],
      ['POST /groups', { name: 'sre' }],
      [`POST /groups/${groupId}/members`, { memberId: annId }],
      [`POST /groups/${groupId}/members`, { memberId: benId }],
      ['POST /folder-permissions', { keepInherited: true, folderId: 23, groupId, role: 'Edit' }],
    ]);
    expect(stepsOf(await plan(everything))).toEqual([]);
  });

  test('apply: changes with PUT, constants included, and members one by one', async () => {
    await apply(everything);
    const [annId, benId] = vault.rows.users!.map(({ id }) => id);
    const groupId = vault.rows.groups![0]!.id;
    const permissionId = vault.rows['folder-permissions']![0]!.id;
    vault.requests.length = 0;
    const renamed = user('ben', { ...ben.values, displayName: 'Ben' });
    const changed = [ann, renamed, group('sre', membersOf(ann)), grant('edit', 'prod', sre, 'View')];
    await apply(changed);
    expect(writes().sort()).toEqual([
      [`DELETE /groups/${groupId}/members/${benId}`, undefined],
      [
        `PUT /folder-permissions/${permissionId}`,
        { id: permissionId, keepInherited: true, folderId: 23, groupId, role: 'View' },
      ],
      [
        `PUT /users/${benId}`,
        { id: benId, login: 'ben@example.com', enabled: true, managerId: annId, fullName: 'Ben' },
      ],
    ]);
    expect(stepsOf(await plan(changed))).toEqual([]);
  });

  test('apply: deletes a permission with the constants in the query', async () => {
    await apply(everything);
    const permissionId = vault.rows['folder-permissions']![0]!.id;
    vault.requests.length = 0;
    await apply([ann, ben, sre]);
    expect(writes()).toEqual([[`DELETE /folder-permissions/${permissionId}?keepInherited=true`, undefined]]);
    expect(vault.rows['folder-permissions']).toEqual([]);
  });

  test('apply: continues a group whose members could not be added, without creating it again', async () => {
    vault.faults.set('POST /groups/', 500);
    const io = { ...ledger.io, log: async () => undefined };
    const result = await applyPlan(await tenant(), await plan(everything), io);
    expect(result.failures.map(({ error }) => error.code)).toContain('server_error');
    vault.faults.clear();
    expect(stepsOf(await plan(everything))).toContain('update group sre');
    await apply(everything);
    expect(vault.rows.groups).toHaveLength(1);
    expect(vault.members).toHaveLength(2);
    expect(stepsOf(await plan(everything))).toEqual([]);
  });

  test('plan: names attribute and object when an immutable attribute differs', async () => {
    await apply([ann]);
    const renamed = user('ann', { ...ann.values, userName: 'anna@example.com', previousNames: ['ann@example.com'] });
    const { delinea } = await plan([renamed]);
    expect(delinea.findings).toMatchObject([
      {
        level: 'error',
        code: 'immutable',
        address: 'delinea_user.ann',
        message: expect.stringContaining('user ann@example.com: user_name cannot be changed after creation'),
      },
    ]);
    expect(stepsOf(await plan([user('ann', { ...ann.values, title: 'Another' })]))).toEqual([]);
  });

  test.each([
    ['some', [ann, ben]],
    ['none', []],
  ])('plan: is an error when the members of a group cannot be read and %s are declared', async (_, members) => {
    await apply(everything);
    vault.faults.set(`GET /groups/${vault.rows.groups![0]!.id}/members`, 403);
    ledger = new MemoryLedger();
    const { delinea } = await plan([ann, ben, group('sre', { ...membersOf(...members), allowEmpty: true })]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'incomplete_response', message: expect.stringContaining('the response for group sre has no members') },
    ]);
  });

  test('apply: does not count members as removed when they cannot be read back', async () => {
    await apply(everything);
    const emptied = await plan([ann, ben, group('sre', { members: [], allowEmpty: true }), edit]);
    vault.faults.set(`GET /groups/${vault.rows.groups![0]!.id}/members`, 403);
    const io = { ...ledger.io, log: async () => undefined };
    const result = await applyPlan(await tenant({}, { removals: 10 }), emptied, io);
    expect(result.failures.map(({ error }) => error.code)).toEqual(['incomplete_response']);
    expect(vault.members).toHaveLength(2);
  });
});
