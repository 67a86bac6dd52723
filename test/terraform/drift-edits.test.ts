import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import type { OwnedObject } from '../../src/provider/index.js';
import { type DriftItem, driftOf } from '../../src/review/index.js';
import { sampleChange, samplePlan } from '../../src/review/text/sample-plan.fixture.js';
import { startDelinea } from '../support/cli/process.js';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const HOSTILE = [
  'a"b\\c',
  '${path.module} %{if true}',
  'one\ntwo',
  '*/ // # <script>',
  '\u202e\u{e0001}\u{1f600}\ud800',
];

/** Returns the items of a drift with a changed user, a member, an element of a set and a permission that is not in code. */
function itemsNamed(name: string): readonly DriftItem[] {
  const values = { container: 'prod', principalType: 'user', principalId: `id ${name}`, right: 'Add Secret' };
  const user = sampleChange('update', 'user', 'jane', {
    desired: { title: 'x', emails: [], active: true },
    before: { title: name, emails: [{ value: `${name}@x`, primary: true }], active: false },
  });
  const group = sampleChange('update', 'group', 'sre', {
    desired: { members: [] },
    before: { members: [`id ${name}`] },
  });
  const set = sampleChange('update', 'container-permissions', 'dev');
  const revoke = sampleChange('revoke', 'container-permission', 'e', { label: name, before: values }).delinea;
  const found = { kind: 'container-permission', id: 'p', values, label: name, principal: name, scope: 'prod' };
  const findings = [
    { level: 'drift', code: 'not_in_code', message: name, found },
    { level: 'drift', code: 'added_out_of_band', address: set.address, edge: revoke.id, message: name },
  ] as const;
  const owned = [{ kind: 'group', id: 'id-sre', managedMembers: { members: [] } } as unknown as OwnedObject];
  const changes = [user, group, { ...set, delinea: { ...set.delinea, edgeSteps: [revoke] } }];
  return driftOf(samplePlan(changes, { findings }), { owned, unverified: new Set() }).items;
}

/** Returns a configuration with the edits of a drift. */
function configuration(name: string, index: number): string {
  const items = itemsNamed(name);
  const at = (place: string) => items.flatMap(({ adopt }) => (adopt?.in === place ? adopt.hcl : [])).join('\n');
  const block = items.find(({ kind }) => kind === 'not in code')!.adopt!.hcl;
  return `
resource "delinea_user" "jane${index}" {
  user_name = "jane${index}"
  ${['title', 'emails', 'active'].map(at).join('\n  ')}
}
resource "delinea_group" "sre${index}" {
  display_name = "sre${index}"
  members = [
    ${at('members')}
  ]
}
resource "delinea_container_permissions" "dev${index}" {
  container = "dev"
  grants = [
    ${at('grants')}
  ]
}
${block.replace(/(resource "\w+" ")/, `$1n${index}_`)}
`;
}

terraformTest('drift: every edit in HCL is valid for the provider, also with hostile names', () =>
  withTenant({}, async ({ declare, folder }) => {
    const names = ['eve@example.com', ...HOSTILE];
    expect(itemsNamed('eve').map(({ kind }) => kind)).toEqual([
      ...['changed', 'changed', 'changed'],
      ...['added', 'added', 'not in code'],
    ]);
    declare(names.map(configuration).join('\n'));
    expect(await folder.validate()).toEqual([]);
  }),
);

const ref = (type: string, name: string) => `\${delinea_${type}.${name}.id}`;
const to = (type: string, name: string, right?: string) => ({
  principal_type: type,
  principal_id: ref(type, name),
  ...(right && { right }),
});

/** The stack before the changes outside of code. */
const declared = {
  delinea_user: { jane: { user_name: 'jane', title: 'Lead' }, tim: { user_name: 'tim' } },
  delinea_group: { sre: { display_name: 'sre', members: [ref('user', 'jane'), ref('user', 'tim')] } },
  delinea_container_permission: {
    one: { container: 'prod', ...to('group', 'sre', 'Edit') },
    two: { container: 'prod', ...to('user', 'tim', 'View') },
  },
  delinea_container_permissions: {
    dev: { container: 'dev', grants: [to('group', 'sre', 'Owner'), to('user', 'tim', 'View')] },
  },
  delinea_role_bindings: { auditor: { role: 'Auditor', holders: [to('user', 'tim')] } },
};

/** Returns the stack in HCL after every edit of a drift was followed: what is removed or set is not written here. */
function edited(items: readonly DriftItem[]): string {
  const at = (address: string, place?: string) =>
    items.flatMap(({ adopt, ...item }) =>
      adopt && adopt.edit !== 'remove' && item.address === address && adopt.in === place ? adopt.hcl : [],
    );
  const blocks = items.flatMap(({ adopt }) => (adopt?.edit === 'add' && adopt.in === undefined ? adopt.hcl : []));
  return [
    resource('user', 'jane', ['user_name = "jane"', ...at('delinea_user.jane', 'title')].join('\n')),
    resource('user', 'tim', 'user_name = "tim"'),
    resource(
      'group',
      'sre',
      [
        ...at('delinea_group.sre', 'display_name'),
        'members = [\ndelinea_user.jane.id,',
        ...at('delinea_group.sre', 'members'),
        ']',
      ].join('\n'),
    ),
    resource(
      'container_permission',
      'one',
      [
        'container = "prod"\nprincipal_type = "group"\nprincipal_id = delinea_group.sre.id',
        ...at('delinea_container_permission.one', 'right'),
      ].join('\n'),
    ),
    resource(
      'container_permissions',
      'dev',
      [
        'container = "dev"\ngrants = [\n{ principal_type = "group", principal_id = delinea_group.sre.id, right = "Owner" },',
        ...at('delinea_container_permissions.dev', 'grants'),
        ']',
      ].join('\n'),
    ),
    resource(
      'role_bindings',
      'auditor',
      ['role = "Auditor"\nholders = [', ...at('delinea_role_bindings.auditor', 'holders'), ']'].join('\n'),
    ),
    ...blocks,
  ].join('\n');
}

terraformTest('drift: Terraform adopts the tenant without a write after every edit in HCL', () =>
  withTenant(
    {
      data: {
        users: [{ userName: 'eve' }],
        groups: [{ displayName: 'inner', members: ['eve'] }],
        roles: ['Auditor'],
        containers: ['prod', 'dev'],
      },
    },
    async ({ declare, folder, env, sim, apply, expectNoChanges }) => {
      const stack = join(folder.path, 'stack');
      mkdirSync(stack);
      const code = { '//': { metadata: { stackName: 'people' } }, provider: { delinea: [{}] }, resource: declared };
      writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify(code));
      const applied = await startDelinea(['apply', '--auto-approve', '--init-ledger'], stack, env).ended;
      expect([applied.code, applied.err]).toEqual([0, '']);
      const { admin } = sim;
      admin.editUser('jane', { title: 'Root "${x}"' });
      admin.renameGroup('sre', 'ops');
      for (const member of ['eve', 'group:inner']) admin.addMember('ops', member);
      admin.removeMember('ops', 'tim');
      admin.setRight('prod', { group: 'ops' }, 'Owner');
      admin.revoke('prod', { user: 'tim' });
      admin.grant('prod', { group: 'inner' }, 'Add Secret');
      admin.grant('dev', { user: 'eve' }, 'Edit');
      admin.setRight('dev', { user: 'tim' }, 'Edit');
      admin.bindRole('Auditor', { group: 'inner' });
      admin.unbindRole('Auditor', { user: 'tim' });
      const { out } = await startDelinea(['drift', '--json'], stack, env).ended;
      const items: readonly DriftItem[] = JSON.parse(out).delinea.drift;
      const kinds = ['changed', 'added', 'removed', 'not in code'];
      expect(kinds.map((kind) => items.filter((item) => item.kind === kind).length)).toEqual([4, 4, 3, 1]);

      const before = [sim.state(), sim.requests.writes];
      declare(edited(items));
      await apply();
      expect([sim.state(), sim.requests.writes]).toEqual(before);
      await expectNoChanges();
    },
  ),
);
