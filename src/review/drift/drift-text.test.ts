import { expect, test } from '@jest/globals';
import { plain } from '../text/paint.js';
import { sampleChange, samplePlan } from '../text/sample-plan.fixture.js';
import { driftOf } from './drift-report.js';
import { driftText } from './drift-text.js';

test('driftText: shows the tenant as seen from the code', () => {
  const group = sampleChange('update', 'group', 'sre', {
    desired: { displayName: 'sre', description: 'On call', members: ['id-jane'] },
    before: { displayName: 'sre', description: 'Hacked', members: ['id-jane', 'id-bob'] },
    changed: ['description', 'members'],
  });
  const gone = sampleChange('create', 'user', 'jane', { desired: { userName: 'jane@example.com' } });
  const extra = sampleChange('revoke', 'role-binding', 'r');
  const findings = [
    { level: 'drift', code: 'added_out_of_band', message: 'View of eve on prod: added outside of code' },
  ] as const;
  expect(
    driftText(driftOf(samplePlan([group, gone, extra], { findings })), plain),
  ).toBe(`Tenant: https://acme.delinea.app; accounts: runner

  ~ delinea_group.sre differs from the code  # sre
      ~ description = "On call" -> "Hacked"
      ~ members     = [
          + "bob@example.com",
            # (1 unchanged element hidden)
        ]
        # (1 unchanged attribute hidden)
      changed: description
        restore: apply sets description = "On call"
        adopt, in description of delinea_group.sre:
          description: "Hacked",
      not in code: bob@example.com in sre
        restore: apply removes bob@example.com in sre
        adopt, in members of delinea_group.sre:
          DelineaUser.fromUserName(this, "bob_example_com_in_sre_bob_example_com", "bob@example.com"),

  - delinea_user.jane is in code but not in the tenant  # jane
      not applied: jane
        restore: at the next apply jane will be created

  + delinea_role_binding.r is in the tenant but no longer in code  # r
      not applied: r
        restore: at the next apply r will be revoked

Drift: View of eve on prod: added outside of code
  restore: plan again: its changes show what apply does

Drift: 1 changed, 1 added, 1 not in code, 2 not applied.
`);
});

test('driftText: shows settings that differ from those of the last apply', () => {
  const settingChanges = [{ name: 'on_removal', before: 'deactivate', after: 'delete' }];
  expect(driftText(driftOf(samplePlan([sampleChange('configure', 'user', 'jane', { settingChanges })])), plain)).toBe(
    `Tenant: https://acme.delinea.app; accounts: runner

  ~ delinea_user.jane has other settings in code than at the last apply  # jane
      ~ on_removal = "deactivate" -> "delete"
      not applied: jane
        restore: at the next apply jane will have other settings (no write)

Drift: 1 not applied.
`,
  );
});

test('driftText: counts the equal objects without a ledger, which is not "no drift"', () => {
  const changes = [sampleChange('adopt', 'user', 'kim'), sampleChange('create', 'user', 'lee')];
  const text = driftText(driftOf(samplePlan(changes, { ledger: false })), plain);
  expect(text).not.toContain('delinea_user.kim');
  expect(text).toContain('Drift: 1 not applied, 1 object equal to the code but not managed yet.\n');
});

test('driftText: is "no drift" only when there is none', () => {
  const same = sampleChange('none', 'user', 'jane');
  expect(driftText(driftOf(samplePlan([same])), plain)).toBe(
    'Tenant: https://acme.delinea.app; accounts: runner\n\nNo drift. 1 object in code, the same in the tenant.\n',
  );
  expect(driftText(driftOf(samplePlan([same], { ledger: false })), plain)).toContain(
    'No drift as far as can be seen without a ledger: objects removed from code are not found.\n',
  );
  const findings = [{ level: 'error', code: 'forbidden', message: 'may not be read' }] as const;
  expect(driftText(driftOf(samplePlan([same], { findings })), plain)).not.toContain('No drift');
});
