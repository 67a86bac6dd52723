import { expect, test } from '@jest/globals';
import type { ResourceChange } from '../model/plan.js';
import { unchangedEntry } from '../plan/build-entry.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { SessionGuard } from './session-guard.js';

const NO_GUARD = { protectedPrincipals: [], allowance: {} } as unknown as ConstructorParameters<typeof SessionGuard>[1];
const group = (key: string, name: string, id: string) => unchangedEntry('group', key, { displayName: name }, 's', id);
const leaving = (key: string, name: string, id: string): ResourceChange => {
  const change = group(key, name, id);
  return { ...change, delinea: { ...change.delinea, operation: 'deactivate' } };
};

test('an address was renamed where another has the object, not where another object has its name', () => {
  const guard = new SessionGuard({} as TenantReader, NO_GUARD);
  const gone = leaving('delinea_group.old', 'ops', 'g1');
  guard.track(gone);
  expect(guard.isRenamed(gone)).toBe(false);
  guard.track(group('delinea_group.other', 'ops', 'g2'));
  expect(guard.isRenamed(gone)).toBe(false);
  guard.track(group('delinea_group.new', 'ops', 'g1'));
  expect(guard.isRenamed(gone)).toBe(true);
});
