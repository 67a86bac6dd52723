import { describe, expect, test } from '@jest/globals';
import { buildEntry, type StepInput, unchangedEntry } from './build-entry.js';

const step = (more: Partial<StepInput> = {}): StepInput => ({
  key: 'delinea_group.sre',
  kind: 'group',
  surface: 'platform-scim',
  operation: 'create',
  label: 'sre',
  before: {},
  ...more,
});
const jane = { ref: 'delinea_user.jane', attribute: 'id' };

describe('buildEntry', () => {
  test('a create: no values before, and an unknown id', () => {
    const { type, name, change, delinea } = buildEntry('delinea_group.sre', step(), {
      before: null,
      after: { displayName: 'sre' },
    });
    expect([type, name]).toEqual(['delinea_group', 'sre']);
    expect(change).toEqual({
      actions: ['create'],
      before: null,
      after: { display_name: 'sre' },
      after_unknown: { id: true },
      before_sensitive: false,
      after_sensitive: {},
    });
    expect(delinea).toMatchObject({ desired: {}, changed: [], after: [] });
  });

  test('a reference to an object that does not exist yet: null and unknown, alone, in lists and in elements', () => {
    const after = { id: '1', manager: jane, members: ['u1', jane], grants: [{ right: 'View', principalId: jane }] };
    const { change } = buildEntry('delinea_group.sre', step({ operation: 'update' }), { before: { id: '1' }, after });
    expect(change.after).toEqual({
      id: '1',
      manager: null,
      members: ['u1', null],
      grants: [{ right: 'View', principal_id: null }],
    });
    expect(change.after_unknown).toEqual({
      manager: true,
      members: [false, true],
      grants: [{ principal_id: true }],
    });
  });

  test('a removal: no values after, and the reason in the words of Terraform', () => {
    const entry = buildEntry('delinea_group.sre', step({ operation: 'deactivate' }), {
      before: { id: '1' },
      after: null,
    });
    expect(entry.action_reason).toBe('delete_because_no_resource_config');
    expect(entry.change).toMatchObject({ actions: ['delete'], after: null, after_unknown: {}, after_sensitive: false });
  });

  test('an adoption: a no-op with the imported id', () => {
    const sides = { before: { id: '1' }, after: { id: '1' } };
    const { change } = buildEntry('delinea_group.sre', step({ operation: 'adopt' }), sides, { importing: { id: '1' } });
    expect(change).toMatchObject({ actions: ['no-op'], importing: { id: '1' } });
  });
});

test('unchangedEntry: a no-op that keeps the values that guards count', () => {
  const { change, delinea, action_reason } = unchangedEntry('group', 'a', { members: ['u1'] }, 's', '1');
  expect([change.actions, delinea.operation, delinea.before, action_reason]).toEqual([
    ['no-op'],
    'none',
    { members: ['u1'] },
    undefined,
  ]);
});
