import { expect, jest } from '@jest/globals';
import type { OwnedObject } from '../../src/provider/index.js';
import { type DriftItem, driftOf } from '../../src/review/index.js';
import { sampleChange, samplePlan } from '../../src/review/text/sample-plan.fixture.js';
import { withTenant } from '../support/terraform/tenant.js';
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
