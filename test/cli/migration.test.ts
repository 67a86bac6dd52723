import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeImports } from '../../src/embedded/index.js';
import type { OwnedObject, Plan } from '../../src/provider/index.js';
import { type Blocks, LEDGER, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

let engines: TwoEngines;
let sim: TwoEngines['sim'];
let folder: TwoEngines['folder'];

beforeEach(async () => {
  const data = {
    users: [{ userName: 'bob@example.com', displayName: 'Bob' }],
    containers: ['prod', 'old'],
    roles: ['Auditor', 'Operator'],
  };
  engines = await openTwoEngines({ idSpaces: 'split', numbered: true, data }, { external_id_from: 'user_name' });
  ({ sim, folder } = engines);
});

afterEach(() => engines.close());

const path = (name: string) => engines.path(name);
const read = (name: string) => engines.read(name);
const declare: TwoEngines['declare'] = (...stack) => engines.declare(...stack);
const cli: TwoEngines['cli'] = (...args) => engines.cli(...args);
const ledger = () => (JSON.parse(read(LEDGER)) as { objects: OwnedObject[] }).objects;

const apply = async (...more: string[]) =>
  expect(await cli('apply', folder.path, '--auto-approve', ...more)).toMatchObject({ code: 0, err: '' });

const jane = { delinea_user: { jane: { user_name: 'jane@example.com', external_id: 'x-1', reactivate: 'T-1' } } };
const everything: Blocks = {
  ...jane,
  delinea_group: {
    sre: { display_name: 'sre', members: [`\${delinea_user.jane.id}`], on_removal: 'retain' },
    ops: { display_name: 'ops', adopt: 'always', previous_names: ['ops & co', 'Ops?'] },
  },
  delinea_group_membership: {
    jane_in_ops: {
      group: `\${delinea_group.ops.id}`,
      principal_type: 'user',
      principal_id: `\${delinea_user.jane.id}`,
      on_removal: 'retain',
    },
  },
  delinea_container_permission: {
    own: {
      container: 'prod',
      principal_type: 'group',
      principal_id: `\${delinea_group.sre.id}`,
      right: 'Owner',
      on_removal: 'retain',
    },
  },
  delinea_container_permissions: {
    whole: {
      container: 'old',
      on_removal: 'retain',
      allow_empty: true,
      grants: [
        { principal_type: 'user', principal_id: `\${delinea_user.jane.id}`, right: 'Owner' },
        { principal_type: 'group', principal_id: `\${delinea_group.sre.id}`, right: 'View' },
      ],
    },
  },
  delinea_role_binding: {
    audit: { role: 'auditor', principal_type: 'user', principal_id: `\${delinea_user.jane.id}` },
  },
  delinea_role_bindings: { none: { role: 'Operator', holders: [] } },
};
const IMPORTS = '8 to import, 0 to add, 0 to change, 0 to destroy';

const idsAt = () =>
  Object.fromEntries([...read('imports.tf').matchAll(/to = (.+)\n {2}id = "(.+)"/g)].map(([, to, id]) => [to, id]));

describe('export-terraform', () => {
  terraformTest('writes an import block for each managed object and set, which Terraform accepts', async () => {
    declare(everything);
    await apply('--init-ledger');
    const before = read(LEDGER);
    const writes = sim.requests.writes;
    const { code, out } = await cli('export-terraform', folder.path);
    const at = (address: string) => ledger().find((entry) => entry.address === address)!;
    const container = (name: string) => sim.state().containers.find((one) => one.name === name)!.id;
    expect(idsAt()).toEqual({
      'delinea_user.jane': `${at('delinea_user.jane').id}?external_id=x-1&reactivate=T-1`,
      'delinea_group.sre': `${at('delinea_group.sre').id}?on_removal=retain`,
      'delinea_group.ops': `${at('delinea_group.ops').id}?previous_names=%5B%22ops%20%26%20co%22%2C%22Ops%3F%22%5D&adopt=always`,
      'delinea_group_membership.jane_in_ops': `${at('delinea_group.ops').id},user,${at('delinea_user.jane').id}?on_removal=retain`,
      'delinea_container_permission.own': `${container('prod')},group,${at('delinea_group.sre').id}?on_removal=retain`,
      'delinea_container_permissions.whole': `${container('old')}?allow_empty=true&on_removal=retain`,
      'delinea_role_binding.audit': `Auditor,user,${at('delinea_user.jane').id}`,
      'delinea_role_bindings.none': 'Operator',
    });
    expect([code, out]).toEqual([0, expect.stringContaining(`Wrote 8 imports to ${path('imports.tf')}. Next:\n`)]);
    expect(out).not.toMatch(/Warning|Not exported|Different from the code/);
    expect([read(LEDGER), sim.requests.writes]).toEqual([before, writes]);
    expect(await folder.run(['validate'])).toMatchObject({ code: 0, err: '' });
    expect(await cli('export-terraform', folder.path)).toMatchObject({ code: 0, err: '' });
  });

  terraformTest('lets Terraform import everything without a change, and import-state restores the ledger', async () => {
    declare(everything);
    await apply('--init-ledger');
    const before = read(LEDGER);
    await cli('export-terraform', folder.path);
    const writes = sim.requests.writes;
    const { code, out, err } = await folder.run(['apply', '-auto-approve']);
    expect([code, out, err]).toEqual([0, expect.stringContaining(IMPORTS), '']);
    expect((await folder.run(['plan', '-detailed-exitcode'])).code).toBe(0);
    expect((await folder.run(['plan', '-refresh-only', '-detailed-exitcode'])).code).toBe(0);
    const state = (await folder.run(['show', '-json'])).out;
    rmSync(path(LEDGER));
    expect(await give(state)).toMatchObject({ code: 0, err: '' });
    expect([read(LEDGER), sim.requests.writes]).toEqual([before, writes]);
    expect((await cli('plan', folder.path)).out).toMatch(/^No changes/m);
  });

  terraformTest('passes on an externalId from code and a used consent', async () => {
    declare(jane);
    await apply('--init-ledger');
    await cli('export-terraform', folder.path);
    expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    rmSync(path('imports.tf'));
    sim.admin.editUser('jane@example.com', { active: false });
    // The consent in code is the used one, so it has no effect.
    expect((await folder.run(['plan', '-detailed-exitcode'])).code).toBe(0);
    sim.admin.editUser('jane@example.com', { active: true });
    declare({ delinea_group: { ops: { display_name: 'ops' } } });
    // Without the key the user would count as an identity provider's and could not be disabled.
    expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    expect(sim.state().users.find(({ userName }) => userName === 'jane@example.com')).toMatchObject({ active: false });
  });

  terraformTest('passes on an externalId derived from an earlier name', async () => {
    const routing = [{ kind: 'user', surface: 'platform-scim' }];
    const provider = { delinea: [{ visibility_seconds: 1, retries: 0, external_id_from: 'userName', routing }] };
    const called = (user_name: string, ...previous_names: string[]) =>
      declare({ delinea_user: { mary: { user_name, previous_names } } }, { provider });
    called('mary.jones@example.com');
    await apply('--init-ledger');
    called('mary.smith@example.com', 'mary.jones@example.com');
    await apply();
    await cli('export-terraform', folder.path);
    expect(idsAt()['delinea_user.mary']).toMatch(/\?external_id=mary\.jones%40example\.com/);
    called('mary.brown@example.com', 'mary.smith@example.com');
    expect((await folder.run(['apply', '-auto-approve'])).out).toContain('1 imported, 0 added, 1 changed');
    const { users } = sim.state();
    expect(users.map(({ userName }) => userName)).toEqual(['bob@example.com', 'mary.brown@example.com']);
  });

  terraformTest('passes on the used consent, so that only a new one enables the account', async () => {
    declare(jane);
    await apply('--init-ledger');
    sim.admin.editUser('jane@example.com', { active: false });
    const { reactivate: _, ...without } = jane.delinea_user.jane;
    declare({ delinea_user: { jane: without } });
    await cli('export-terraform', folder.path);
    expect(idsAt()['delinea_user.jane']).toMatch(/&reactivate=T-1$/);
    declare({ delinea_user: { jane: { ...without, reactivate: 'T-2' } } });
    await cli('export-terraform', folder.path);
    expect(idsAt()['delinea_user.jane']).toMatch(/&reactivate=T-1$/);
    expect((await folder.run(['apply', '-auto-approve'])).out).toContain('1 imported, 0 added, 1 changed');
    expect(sim.state().users.find(({ userName }) => userName === 'jane@example.com')).toMatchObject({ active: true });
  });

  test('lists missing, changed, unmanaged and removed objects separately', async () => {
    const others = { bob: { user_name: 'bob@example.com', display_name: 'Bob' }, gone: { user_name: 'g@example.com' } };
    declare({ delinea_user: { ...jane.delinea_user, ...others } });
    await apply('--init-ledger');
    sim.admin.deleteUser('g@example.com');
    sim.admin.editUser('bob@example.com', { displayName: 'Robert' });
    const { jane: same } = jane.delinea_user;
    const later = { new: { user_name: 'new@example.com' }, gone: { ...others.gone, reactivate: 'T-2' } };
    declare({ delinea_user: { bob: others.bob, moved: same, ...later } });
    const { code, out } = await cli('export-terraform', folder.path);
    expect(Object.keys(idsAt()).sort()).toEqual(['delinea_user.bob', 'delinea_user.moved']);
    expect(code).toBe(0);
    expect(out).toContain('plan to create them:\n  - delinea_user.gone\n  - delinea_user.new\n');
    expect(out).toContain(
      'plan to change them; to change them before the export, run delinea-iac apply first:\n  - delinea_user.bob\n',
    );
    expect(out).not.toContain('Warning');
    declare({ delinea_user: { bob: others.bob } });
    expect((await cli('export-terraform', folder.path)).out).toContain('  - jane@example.com (delinea_user.jane)\n');
  });

  test('skips objects that have an import block in code', async () => {
    declare(jane);
    await apply('--init-ledger');
    declare(jane, { import: [{ to: 'delinea_user.jane', id: 'jane@example.com?adopt=always' }] });
    expect((await cli('export-terraform', folder.path)).out).toContain('Wrote 1 import to');
    expect(idsAt()).toEqual({});
  });

  test('writes to --out and overwrites only its own file', async () => {
    declare(jane);
    await apply('--init-ledger');
    writeFileSync(path('imports.tf'), '# mine\n');
    expect(await cli('export-terraform', folder.path)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not a file of import blocks of delinea-iac\n.*\n.*pass another path/),
    });
    expect(read('imports.tf')).toBe('# mine\n');
    const elsewhere = path('nowhere/imports.tf');
    expect((await cli('export-terraform', folder.path, '--out', elsewhere)).err).toContain('ENOENT');
    expect((await cli('export-terraform', folder.path, '--out', path('more.tf'))).code).toBe(0);
    expect(read('more.tf')).toContain('to = delinea_user.jane');
  });

  test('writes nothing without a ledger or when an object cannot be planned', async () => {
    declare(jane);
    expect((await cli('export-terraform', folder.path)).err).toContain('the ledger does not exist');
    await apply('--init-ledger');
    declare({ delinea_user: { bob: { user_name: 'bob@example.com', display_name: 'Robert' } } });
    expect(await cli('export-terraform', folder.path)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not managed'),
    });
    expect(existsSync(path('imports.tf'))).toBe(false);
  });

  terraformTest('escapes every id so that Terraform reads it unchanged', async () => {
    const ids = [
      'a"b\\c',
      `${'$'}{x}`,
      '%{if}',
      `$${'$'}{x}`,
      `$$${'$'}{`,
      '%%{',
      '$',
      'ü\n\t\u0007\u2028',
      '🦊,user,7',
    ];
    await writeImports(
      path('imports.tf'),
      ids.map((id, index) => ({ address: `delinea_user.u${index}`, id })),
    );
    const outputs = read('imports.tf').replace(
      /import \{\n {2}to = delinea_user\.(\w+)\n {2}id =/g,
      'output "$1" {\n  value =',
    );
    rmSync(path('imports.tf'));
    writeFileSync(path('main.tf'), outputs);
    expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0 });
    const { out } = await folder.run(['output', '-json']);
    const outputValues = JSON.parse(out) as Record<string, { value: string }>;
    expect(ids.map((_, index) => outputValues[`u${index}`]?.value)).toEqual(ids);
  });
});

/** Returns the JSON that `terraform show -json` prints for the applied stack, built from a plan without changes. */
async function stateOf(
  edit: (resource: { address: string; values: Record<string, unknown> }) => object = (one) => one,
) {
  const plan = JSON.parse((await cli('plan', folder.path, '--json')).out) as Plan;
  const resources = plan.resource_changes.map(({ address, mode, type, name, provider_name, change }) => ({
    ...edit({ address, values: { ...change.after } }),
    ...{ mode, type, name, provider_name, schema_version: 0 },
  }));
  const foreign = {
    address: 'null_resource.x',
    mode: 'managed',
    type: 'null_resource',
    provider_name: 'x/null/null',
    values: {},
  };
  return { format_version: '1.0', values: { root_module: { resources: [foreign, ...resources] } } };
}

const give = (state: unknown) => {
  writeFileSync(path('state.json'), typeof state === 'string' ? state : JSON.stringify(state));
  return cli('import-state', path('state.json'), '--stack', folder.path);
};

describe('import-state', () => {
  test('writes the same ledger as an apply', async () => {
    declare(everything);
    await apply('--init-ledger');
    const [before, state] = [read(LEDGER), await stateOf()];
    rmSync(path(LEDGER));
    const { code, out, err } = await give(state);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`The ledger ${path(LEDGER)} has 8 resources now.`);
    expect(read(LEDGER)).toBe(before);
    expect((await cli('plan', folder.path)).out).toMatch(/^No changes/m);
  });

  test('records neither an externalId nor members that code does not declare', async () => {
    declare({ ...jane, delinea_group: { ops: { display_name: 'ops' } } });
    await apply('--init-ledger');
    const state = await stateOf(({ address, values }) => {
      const live = address === 'delinea_user.jane' ? { external_id: 'idp-7' } : { members: ['77'] };
      return { address, values: { ...values, ...live } };
    });
    rmSync(path(LEDGER));
    declare({
      delinea_user: { jane: { user_name: 'jane@example.com' } },
      delinea_group: { ops: { display_name: 'ops' } },
    });
    expect(await give(state)).toMatchObject({ code: 0, err: '' });
    expect(ledger().map(({ correlation, managedMembers }) => ({ correlation, managedMembers }))).toEqual([{}, {}]);
  });

  test('keeps objects that the state lacks unless --replace is given, and keeps used consents', async () => {
    declare({
      delinea_user: {
        ...jane.delinea_user,
        bob: { user_name: 'bob@example.com', display_name: 'Bob', reactivate: 'T-9' },
      },
    });
    await apply('--init-ledger');
    const { format_version, values } = await stateOf();
    const without = values.root_module.resources.filter(
      (one) => !('address' in one && one.address === 'delinea_user.bob'),
    );
    const smaller = { format_version, values: { root_module: { resources: without } } };
    const before = read(LEDGER);
    expect(await give(smaller)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/not in the state: delinea_user\.bob\n(.|\n)*--replace/),
    });
    expect(read(LEDGER)).toBe(before);
    expect((await cli('import-state', path('state.json'), '--stack', folder.path, '--replace')).code).toBe(0);
    expect(ledger().map(({ address }) => address)).toEqual(['delinea_user.jane']);
    expect(read(LEDGER)).toContain('"consent":"T-9"');
    expect((await give({ format_version, values })).code).toBe(0);
  });

  test.each([
    ['empty', '', 'the file is empty'],
    ['truncated', '{"format_version":"1.0","val', 'not JSON: line 1, column 29'],
    ['an empty state', { format_version: '1.0' }, 'the state is empty'],
    ['a plan', { format_version: '1.2', resource_changes: [] }, 'it is a plan'],
    ['the state file itself', { version: 4, lineage: 'x', resources: [] }, "it is Terraform's state file"],
    ['another format', { format_version: '2.0', values: { root_module: {} } }, 'format_version'],
    [
      'without delinea resources',
      { format_version: '1.0', values: { root_module: {} } },
      'it does not contain a delinea resource',
    ],
    ['a list', [], 'file: '],
  ])('explains in one line why the input is not a state when it is %s', async (_, text, message) => {
    declare(jane);
    const { code, err } = await give(text);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/^Error: /),
      expect.stringMatching(/^ {2}at: /),
      expect.stringMatching(/^ {2}do: /),
    ]);
    expect(existsSync(path(LEDGER))).toBe(false);
  });

  test.each([
    ['module.a.delinea_user.jane', {}, 'terraform state mv'],
    ['delinea_user.jane[0]', {}, 'does not support modules, count or for_each'],
    ['delinea_user.jane', { id: null }, 'delinea_user.jane.id'],
    ['delinea_user.jane', { user_name: null }, 'delinea_user.jane.user_name'],
  ])('refuses a resource that a ledger cannot hold: %s %j', async (address, more, message) => {
    declare(jane);
    await apply('--init-ledger');
    const before = read(LEDGER);
    const state = await stateOf(({ values }) => ({ address, values: { ...values, ...more } }));
    expect(await give(state)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
    expect(read(LEDGER)).toBe(before);
  });

  test('reads nested modules and names an unknown container with its address', async () => {
    declare(everything);
    await apply('--init-ledger');
    const { format_version, values } = await stateOf(({ address, values: held }) => ({
      address,
      values: { ...held, ...(held.container === 'prod' ? { container: 'prd' } : {}) },
    }));
    const nested = {
      format_version,
      values: { root_module: { child_modules: [{ child_modules: [values.root_module] }] } },
    };
    const { err } = await give(nested);
    expect(err).toMatch(/there is no container "prd"/);
    expect(err).toMatch(/delinea_container_permission\.own\.container/);
  });
});
