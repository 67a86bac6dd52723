import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { kindOf, type Plan, resourceOf, snakeCase, type TerraformParts } from '../../src/provider/index.js';
import { type Blocks, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(60_000);

type Values = Readonly<Record<string, unknown>>;
type Entry = Pick<Plan['resource_changes'][number], 'address' | 'mode' | 'type' | 'name' | 'provider_name'> & {
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    readonly after_unknown: Values;
  };
};

let engines: TwoEngines;

beforeEach(async () => {
  const data = {
    users: [{ userName: 'bob@example.com', displayName: 'Bob' }, { userName: 'auditor@example.com' }],
    groups: [{ displayName: 'visitors' }],
    containers: ['prod', 'old', { name: 'db', parent: 'prod' }],
    roles: ['Auditor', 'Operator'],
  };
  engines = await openTwoEngines({ data });
});

afterEach(() => engines.close());

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));

const principal = (type: string, name: string) => ({
  principal_type: type,
  principal_id: `\${delinea_${type}.${name}.id}`,
});

const before: Blocks = {
  delinea_user: {
    jane: { user_name: 'jane@example.com', display_name: 'Jane', title: 'Engineer' },
    omar: {
      user_name: 'omar@example.com',
      emails: [{ value: 'omar@example.com', primary: true }, { value: 'o@example.com' }],
      manager: '${delinea_user.jane.id}',
    },
    zoe: { user_name: 'zoe@example.com' },
    same: { user_name: 'same@example.com', display_name: 'Same' },
  },
  delinea_group: {
    sre: { display_name: 'sre', members: ['${delinea_user.jane.id}', '${delinea_user.zoe.id}'] },
    ops: { display_name: 'ops', description: 'operators' },
    gone: { display_name: 'gone', members: ['${delinea_user.same.id}'] },
    same: { display_name: 'same', members: ['${delinea_user.same.id}', '${delinea_group.ops.id}'] },
  },
  delinea_container_permission: {
    right: { container: 'prod', ...principal('group', 'sre'), right: 'View' },
    gone: { container: 'prod', ...principal('user', 'jane'), right: 'Edit' },
    same: { container: 'db', ...principal('group', 'same'), right: 'Owner' },
  },
  delinea_container_permissions: {
    whole: {
      container: 'old',
      grants: [
        { ...principal('user', 'jane'), right: 'Owner' },
        { ...principal('group', 'ops'), right: 'View' },
      ],
    },
  },
  delinea_role_binding: {
    gone: { role: 'Auditor', ...principal('user', 'jane') },
    same: { role: 'Auditor', ...principal('user', 'same') },
  },
  delinea_role_bindings: { whole: { role: 'Operator', holders: [principal('user', 'omar')] } },
};

const after: Blocks = {
  delinea_user: {
    jane: { user_name: 'jane@example.com', display_name: 'Jane Doe', title: '' },
    omar: {
      user_name: 'omar.haddad@example.com',
      previous_names: ['omar@example.com'],
      emails: [{ value: 'omar@example.com' }, { value: 'o@example.com', primary: true }],
    },
    same: { user_name: 'same@example.com', display_name: 'Same' },
    new: { user_name: 'new@example.com', department: 'Sales', manager: '${delinea_user.jane.id}' },
  },
  delinea_group: {
    sre: { display_name: 'sre', members: ['${delinea_user.jane.id}', '${delinea_user.new.id}'] },
    ops: { display_name: 'operations', previous_names: ['ops'] },
    same: { display_name: 'same', members: ['${delinea_user.same.id}', '${delinea_group.ops.id}'] },
    new: { display_name: 'new', members: [] },
  },
  delinea_container_permission: {
    right: { container: 'prod', ...principal('group', 'sre'), right: 'Edit' },
    same: { container: 'db', ...principal('group', 'same'), right: 'Owner' },
    new: { container: 'prod', ...principal('group', 'new'), right: 'View' },
  },
  delinea_container_permissions: {
    whole: {
      container: 'old',
      grants: [
        { ...principal('user', 'jane'), right: 'Owner' },
        { ...principal('group', 'ops'), right: 'Edit' },
        { ...principal('user', 'omar'), right: 'View' },
      ],
    },
  },
  delinea_role_binding: {
    same: { role: 'Auditor', ...principal('user', 'same') },
    new: { role: 'Auditor', ...principal('user', 'new') },
  },
  delinea_role_bindings: {
    whole: { role: 'Operator', holders: [principal('user', 'omar'), principal('user', 'jane')] },
  },
};

/** The parts of a plan in Terraform's JSON format. */
interface PlanJson extends TerraformParts {
  readonly format_version: string;
  readonly resource_changes: Entry[];
}

async function embeddedPlan(): Promise<PlanJson> {
  const { code, out, err } = await engines.cli('plan', engines.folder.path, '--json');
  expect([code, err]).toEqual([2, expect.stringMatching(/^Plan digest: \w{64}\nreads /)]);
  return JSON.parse(out) as PlanJson;
}

async function terraformPlan(): Promise<PlanJson> {
  const { code, out, err } = await engines.folder.run(['plan', '-no-color', '-out', 'plan.bin']);
  expect([code, code === 0 ? '' : out + err]).toEqual([0, '']);
  const shown = await engines.folder.run(['show', '-json', 'plan.bin']);
  return JSON.parse(shown.out) as PlanJson;
}

const embedded = async () => (await embeddedPlan()).resource_changes;
const terraform = async () => (await terraformPlan()).resource_changes;

function namesIn({ before, after, after_unknown }: Entry['change']): string[] {
  return [...new Set([before, after, after_unknown].flatMap((values) => Object.keys(values ?? {})))];
}

/**
 * Returns the part of a plan entry that both engines show. The embedded engine shows no undeclared attribute and no
 * earlier settings, since a ledger does not keep them.
 */
function comparable({ mode, type, name, provider_name, change }: Entry, names: readonly string[]): object {
  const { actions, before, after, after_unknown } = change;
  const { attributes } = resourceOf(kindOf(type)!);
  const settings = attributes.filter(({ setting }) => setting).map((attribute) => snakeCase(attribute.name));
  const live = names.filter((name) => !settings.includes(name));
  const part = (values: Values | null, of = names) => values && plain(pick(values, of));
  return {
    ...{ mode, type, name, provider_name, actions },
    ...{ before: part(before, live), after: part(after), unknown: part(unknownIn(after_unknown)) },
  };
}

/** Returns the attributes that contain an unknown value. */
function unknownIn(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => text(value).includes('true')));
}

/** Normalises a value for comparison: sorts lists and keys and omits null. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain).sort((left, right) => (text(left) < text(right) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(
    entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, inner]) => [name, plain(inner)]),
  );
}

const text = (value: unknown) => JSON.stringify(value) ?? '';

async function bothPlan(): Promise<{ ours: Entry[]; theirs: Entry[] }> {
  return { ours: await embedded(), theirs: await terraform() };
}

/** Applies a stack with the embedded engine and imports it into Terraform. */
async function begin(stack: Blocks): Promise<void> {
  const { folder, declare, cli } = engines;
  declare(stack);
  expect(await cli('apply', folder.path, '--auto-approve', '--init-ledger')).toMatchObject({ code: 0, err: '' });
  expect(await cli('export-terraform', folder.path)).toMatchObject({ code: 0, err: '' });
  expect(await folder.run(['apply', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
  rmSync(engines.path('imports.tf'));
}

describe('embedded engine and Terraform', () => {
  terraformTest('plan the same changes when they start from the same state', async () => {
    await begin(before);
    engines.declare(after);
    const { ours, theirs } = await bothPlan();
    const shown = new Map(ours.map(({ address, change }) => [address, namesIn(change)]));
    const common = (entries: readonly Entry[]) =>
      Object.fromEntries(entries.map((entry) => [entry.address, comparable(entry, shown.get(entry.address) ?? [])]));
    expect(common(theirs)).toEqual(common(ours));
    const actions = (entries: readonly Entry[]) => new Set(entries.flatMap(({ change }) => change.actions));
    expect(actions(ours)).toEqual(new Set(['create', 'update', 'delete', 'no-op']));
    await engines.folder.run(['apply', '-no-color', 'plan.bin']);
    writeFileSync(engines.path('state.json'), (await engines.folder.run(['show', '-json'])).out);
    const back = ['import-state', engines.path('state.json'), '--stack', engines.folder.path, '--replace'];
    expect(await engines.cli(...back)).toMatchObject({ code: 0, err: '' });
    expect((await engines.cli('plan', engines.folder.path)).out).toMatch(/^No changes/m);
  });

  terraformTest('differ only in spelling, adoption and removals without a write', async () => {
    await begin({
      delinea_user: {
        case: { user_name: 'same@example.com' },
        kept: { user_name: 'kept@example.com', on_removal: 'retain' },
      },
      delinea_group: { none: { display_name: 'none' } },
      delinea_role_binding: { case: { role: 'auditor', ...principal('user', 'case') } },
    });
    engines.declare({
      delinea_user: {
        case: { user_name: 'SAME@example.com' },
        adopted: { user_name: 'bob@example.com', display_name: 'Robert', adopt: 'always' },
        equal: { user_name: 'auditor@example.com' },
      },
      delinea_role_binding: { case: { role: 'AUDITOR', ...principal('user', 'case') } },
    });
    const summary = ({ change: { actions, after } }: Entry) =>
      [...actions, after?.user_name ?? after?.role].filter((word) => word !== undefined).join(' ');
    const brief = (entries: readonly Entry[]) =>
      Object.fromEntries(entries.map((entry) => [entry.address, summary(entry)]));
    const { ours, theirs } = await bothPlan();
    expect(brief(ours)).toEqual({
      // The spelling of the code; Terraform has to keep the old spelling of an equal value.
      'delinea_user.case': 'no-op SAME@example.com',
      'delinea_role_binding.case': 'no-op AUDITOR',
      // The existing object is adopted; Terraform shows that as a create unless the object is imported.
      'delinea_user.adopted': 'update bob@example.com',
      'delinea_user.equal': 'no-op auditor@example.com',
      // Nothing is written; Terraform plans "delete" for each resource that leaves the code.
      'delinea_user.kept': 'forget',
      'delinea_group.none': 'forget',
    });
    expect(brief(theirs)).toEqual({
      'delinea_user.case': 'no-op same@example.com',
      'delinea_role_binding.case': 'no-op Auditor',
      'delinea_user.adopted': 'create bob@example.com',
      'delinea_user.equal': 'create auditor@example.com',
      'delinea_user.kept': 'delete',
      'delinea_group.none': 'delete',
    });
  });
});

describe('other parts of the plan JSON', () => {
  interface Listed {
    readonly address: string;
    readonly values?: Values;
  }
  const byAddress = (resources: readonly Values[]) =>
    (resources as unknown as Listed[])
      .filter(({ address }) => !address.startsWith('data.'))
      .sort((left, right) => (left.address < right.address ? -1 : 1));
  const keysOf = (listed: readonly Listed[]) =>
    listed.map((each) => [
      each.address,
      // Terraform's state has the dependencies of each object, a ledger does not.
      Object.keys(each)
        .filter((key) => key !== 'depends_on')
        .sort(),
    ]);

  terraformTest('are those of `terraform show -json` for the same stack', async () => {
    await begin(before);
    engines.declare(after);
    const [ours, theirs] = [await embeddedPlan(), await terraformPlan()];
    expect(ours.format_version).toBe(theirs.format_version);
    expect(ours.terraform_version).toMatch(/^1\.\d+\.\d+$/);
    expect(ours.prior_state).toMatchObject({ format_version: theirs.prior_state.format_version });
    const modules = ({ planned_values, prior_state }: TerraformParts) => [
      planned_values.root_module,
      prior_state.values.root_module,
    ];
    for (const [index, { resources }] of modules(ours).entries()) {
      const [mine, real] = [byAddress(resources), byAddress(modules(theirs)[index]!.resources)];
      expect(mine.length).toBeGreaterThan(10);
      expect(keysOf(mine)).toEqual(keysOf(real));
      for (const [at, { values }] of mine.entries()) {
        const { attributes } = resourceOf(kindOf(real[at]!.address.split('.')[0]!)!);
        const settings = attributes.filter(({ setting }) => setting).map(({ name }) => snakeCase(name));
        const names = Object.keys(values!).filter(
          (name) => !settings.includes(name) && real[at]!.values![name] !== undefined,
        );
        expect([real[at]!.address, plain(pick(values!, names))]).toEqual([
          real[at]!.address,
          plain(pick(real[at]!.values!, names)),
        ]);
      }
    }
  });
});
