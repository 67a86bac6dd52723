import { expect, test } from '@jest/globals';
import { driftText } from './drift-text.js';
import { plain } from './paint.js';
import { sampleChange, samplePlan } from './sample-plan.fixture.js';

test('driftText: shows the tenant as seen from the code', () => {
  const group = sampleChange('update', 'group', 'sre', {
    desired: { displayName: 'sre', description: 'On call', members: ['id-jane'] },
    before: { displayName: 'sre', description: 'Hacked', members: ['id-jane', 'id-bob'] },
  });
  const gone = sampleChange('create', 'user', 'jane', { desired: { userName: 'jane@example.com' } });
  const extra = sampleChange('revoke', 'role-binding', 'r');
  const findings = [
    { level: 'drift', code: 'added_out_of_band', message: 'View of eve on prod: added outside of code' },
  ] as const;
  expect(
    driftText(samplePlan([group, gone, extra], { findings }), plain),
  ).toBe(`Tenant: https://acme.delinea.app; accounts: runner

  ~ delinea_group.sre differs from the code  # sre
      ~ description = "On call" -> "Hacked"
      ~ members     = [
          + "bob@example.com",
            # (1 unchanged element hidden)
        ]
        # (1 unchanged attribute hidden)

  - delinea_user.jane is in code but not in the tenant  # jane

  + delinea_role_binding.r is in the tenant but no longer in code  # r

Drift: View of eve on prod: added outside of code

Drift: 3 objects different from the code, 1 change outside of code.
`);
});

test('driftText: shows settings that differ from those of the last apply', () => {
  const settingChanges = [{ name: 'on_removal', before: 'deactivate', after: 'delete' }];
  expect(driftText(samplePlan([sampleChange('configure', 'user', 'jane', { settingChanges })]), plain)).toBe(
    `Tenant: https://acme.delinea.app; accounts: runner

  ~ delinea_user.jane has other settings in code than at the last apply  # jane
      ~ on_removal = "deactivate" -> "delete"

Drift: 1 object different from the code.
`,
  );
});

test('driftText: counts the equal objects without a ledger, which is not "no drift"', () => {
  const changes = [sampleChange('adopt', 'user', 'kim'), sampleChange('create', 'user', 'lee')];
  const text = driftText(samplePlan(changes, { ledger: false }), plain);
  expect(text).not.toContain('delinea_user.kim');
  expect(text).toContain('Drift: 1 object different from the code, 1 object equal to the code but not managed yet.\n');
});

test('driftText: is "no drift" only when there is none', () => {
  const same = sampleChange('none', 'user', 'jane');
  expect(driftText(samplePlan([same]), plain)).toBe(
    'Tenant: https://acme.delinea.app; accounts: runner\n\nNo drift. 1 object in code, the same in the tenant.\n',
  );
  expect(driftText(samplePlan([same], { ledger: false }), plain)).toContain(
    'No drift as far as can be seen without a ledger: objects removed from code are not found.\n',
  );
  const findings = [{ level: 'error', code: 'forbidden', message: 'may not be read' }] as const;
  expect(driftText(samplePlan([same], { findings }), plain)).not.toContain('No drift');
});
