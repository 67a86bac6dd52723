import { describe, expect, test } from '@jest/globals';
import { plain } from './paint.js';
import { planText } from './plan-text.js';
import { sampleChange, samplePlan } from './sample-plan.fixture.js';

const text = (...changes: Parameters<typeof samplePlan>[0]) => planText(samplePlan(changes), plain);

describe('planText', () => {
  test('lists the attributes of a new object, with names for ids and unknown values', () => {
    const jane = sampleChange('create', 'user', 'jane', {
      label: 'jane@example.com',
      desired: {
        userName: 'jane@example.com',
        emails: [{ value: 'jane@example.com', primary: true }],
        manager: 'id-bob',
      },
    });
    expect(text(jane)).toBe(`Tenant: https://acme.delinea.app; accounts: runner

Actions are marked with these signs:
  + create

  # delinea_user.jane will be created
  + resource "delinea_user" "jane" {  # jane@example.com
      + id        = (known after apply)
      + user_name = "jane@example.com"
      + emails    = [
          + { value = "jane@example.com", primary = true },
        ]
      + manager   = "bob@example.com"
    }

Plan: 1 to add, 0 to change, 0 to remove.
`);
  });

  test('lists the attributes and elements that differ and counts the others', () => {
    const eve = sampleChange('create', 'user', 'eve', {
      label: 'eve@example.com',
      desired: { userName: 'eve@example.com' },
    });
    const group = sampleChange('update', 'group', 'sre', {
      desired: {
        displayName: 'sre',
        description: 'On call',
        members: ['id-jane', { ref: 'delinea_user.eve', attribute: 'id' }],
      },
      before: { displayName: 'sre', members: ['id-jane', 'id-bob'] },
      changed: ['description', 'members'],
    });
    expect(text(eve, group)).toContain(`  # delinea_group.sre will be updated in place
  ~ resource "delinea_group" "sre" {  # sre
      + description = "On call"
      ~ members     = [
          + "eve@example.com" (new),
          - "bob@example.com",
            # (1 unchanged element hidden)
        ]
        # (1 unchanged attribute hidden)
    }`);
  });

  test('treats an attribute missing from before as equal, and one that is unset in the tenant as new', () => {
    const bob = sampleChange('update', 'user', 'bob', {
      desired: { userName: 'bob@example.com', title: 'Chief', displayName: 'Bob' },
      before: { userName: 'bob@example.com' },
      changed: ['title'],
    });
    expect(text(bob)).toContain('+ title = "Chief"\n        # (2 unchanged attributes hidden)');
  });

  test('names how each object is removed and counts them', () => {
    const shown = text(
      sampleChange('deactivate', 'user', 'jane', { before: { active: true } }),
      sampleChange('deactivate', 'group', 'sre', { before: { members: ['id-jane'] } }),
      sampleChange('revoke', 'container-permission', 'p', { before: { container: 'id-prod', right: 'Edit' } }),
      sampleChange('delete', 'user', 'bob', { before: { userName: 'bob@example.com' } }),
      sampleChange('forget', 'user', 'eve'),
      sampleChange('adopt', 'user', 'kim'),
    );
    expect(shown).toContain('# delinea_user.jane will be deactivated (login disabled, account kept)');
    expect(shown).toContain('# delinea_group.sre will be emptied (members removed, the group stays)');
    expect(shown).toContain('- "jane@example.com"');
    expect(shown).toContain('# delinea_container_permission.p will be revoked');
    expect(shown).toContain('- container = "prod"');
    expect(shown).toContain('# delinea_user.bob will be deleted permanently');
    expect(shown).toContain('# delinea_user.eve will no longer be managed (stays in the tenant)');
    expect(shown).toContain('# delinea_user.kim will be adopted (equals the code, no write)');
    expect(shown).toContain(
      'Plan: 0 to add, 0 to change, 4 to remove (1 deactivated, 1 deleted permanently, 1 emptied, 1 revoked), 1 to adopt, 1 to forget.',
    );
    expect(shown).not.toContain('access removed');
  });

  test('shows the settings that changed as old and new', () => {
    const settingChanges = [
      { name: 'on_removal', before: 'deactivate', after: 'delete' },
      { name: 'previous_names', before: null, after: ['a', 'b\u202e'] },
      { name: 'prevent_destroy', before: true, after: false },
    ];
    expect(
      text(sampleChange('configure', 'user', 'jane', { settingChanges })),
    ).toBe(`Tenant: https://acme.delinea.app; accounts: runner

Actions are marked with these signs:
  ~ update in place

  # delinea_user.jane will have other settings (no write)
  ~ resource "delinea_user" "jane" {  # jane
      ~ on_removal = "deactivate" -> "delete"
      ~ previous_names = null -> ["a", "b\\u202e"]
      ~ prevent_destroy = true -> false
    }

Plan: 0 to add, 1 to change, 0 to remove.
`);
    const adopted = sampleChange('adopt', 'user', 'kim', { settingChanges: [{ name: 'adopt', after: 'always' }] });
    expect(text(adopted)).toContain('      + adopt = "always"\n');
  });

  test('reports that nothing changes, and that removals are not planned without a ledger', () => {
    const same = sampleChange('none', 'user', 'jane');
    const target = 'Tenant: https://acme.delinea.app; accounts: runner\n\n';
    expect(text(same)).toBe(`${target}No changes. 1 object in code, the same in the tenant.\n`);
    const findings = [{ level: 'warning', code: 'no_ledger', message: 'there is no ledger' }] as const;
    const blind = planText(samplePlan([same], { ledger: false, findings }), plain);
    expect(blind.startsWith(`${target}Warning: there is no ledger`)).toBe(true);
    expect(blind).toContain('No changes (removals are not planned without a ledger).');
  });

  test('counts the equal objects without a ledger, and lists them with one', () => {
    const changes = [sampleChange('adopt', 'user', 'kim'), sampleChange('adopt', 'user', 'lee')];
    const target = 'Tenant: https://acme.delinea.app; accounts: runner\n\n';
    const counts = 'Plan: 0 to add, 0 to change, 0 to remove, 2 to adopt.\n';
    expect(planText(samplePlan(changes, { ledger: false }), plain)).toBe(target + counts);
    expect(planText(samplePlan(changes), plain)).toContain('# delinea_user.kim will be adopted');
  });

  test('never reports "no changes" when an object is left out because of an error', () => {
    const findings = [
      { level: 'error', code: 'not_ours', address: 'delinea_user.jane', message: 'exists already', hint: 'Import it.' },
    ] as const;
    const shown = planText(samplePlan([], { findings }), plain);
    expect(shown).toContain('Error: exists already\n  at: delinea_user.jane\n  do: Import it.');
    expect(shown).toContain('No other changes. 1 object left out because of errors.');
  });

  test('lists unmanaged objects sorted by kind and name', () => {
    const unmanaged = [
      { kind: 'user', id: '2', name: 'zoe' },
      { kind: 'user', id: '1', name: 'amy' },
      { kind: 'group', id: '3', name: 'old' },
    ];
    expect(planText(samplePlan([], { unmanaged }), plain)).toContain(
      'Not in code: 3 objects; not changed.\n  groups: 1\n    "old" (3)\n  users: 2\n    "amy" (1)\n    "zoe" (2)',
    );
  });

  test('escapes names, so that they cannot forge a line or control the terminal', () => {
    const evil = 'x\u001b[2K\r\n  # Plan: nothing\u202e\u200b';
    const change = sampleChange('create', 'user', 'jane', { label: evil, desired: { userName: evil, title: evil } });
    const findings = [{ level: 'drift', code: 'added_out_of_band', message: `${evil}: added` }] as const;
    const shown = planText(
      samplePlan([change], { findings, unmanaged: [{ kind: 'user', id: evil, name: evil }] }),
      plain,
    );
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(shown).not.toContain('\n  # Plan: nothing');
  });

  test('prints 1,700 creations within a second', () => {
    const changes = Array.from({ length: 1_700 }, (_, index) =>
      sampleChange('create', 'user', `user${index}`, { desired: { userName: `user${index}@example.com` } }),
    );
    const started = performance.now();
    const shown = text(...changes);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(shown).toContain('Plan: 1700 to add');
  });
});
