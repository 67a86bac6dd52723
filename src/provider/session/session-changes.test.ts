import { expect, test } from '@jest/globals';
import type { ResourceChange } from '../model/plan.js';
import { unchangedEntry } from '../plan/build-entry.js';
import { SessionChanges } from './session-changes.js';

const group = (key: string, name: string, id: string) => unchangedEntry('group', key, { displayName: name }, 's', id);
const removed = (key: string, name: string, id: string): ResourceChange => {
  const change = group(key, name, id);
  return { ...change, delinea: { ...change.delinea, operation: 'deactivate' } };
};

test('session changes: an address is renamed when another address has the object, not when another object has its name', () => {
  const changes = new SessionChanges();
  const old = removed('delinea_group.old', 'ops', 'g1');
  changes.track(old);
  expect(changes.isRenamed(old)).toBe(false);
  changes.track(group('delinea_group.other', 'ops', 'g2'));
  expect(changes.isRenamed(old)).toBe(false);
  changes.track(group('delinea_group.new', 'ops', 'g1'));
  expect(changes.isRenamed(old)).toBe(true);
});

test('session changes: steps leave out the removal of an object that another address declares', () => {
  const changes = new SessionChanges();
  changes.track(removed('delinea_group.old', 'ops', 'g1'));
  const before = changes.steps();
  expect(before.map(({ operation }) => operation)).toEqual(['deactivate']);
  expect(changes.steps()).toBe(before);
  const renamed = group('delinea_group.new', 'ops', 'g1');
  changes.track(renamed);
  expect(changes.steps().map(({ key }) => key)).toEqual(['delinea_group.new']);
  changes.drop(renamed);
  expect(changes.steps().map(({ key }) => key)).toEqual(['delinea_group.old']);
});

test('session changes: late renames are refused when more removals were planned than can see them', () => {
  const changes = new SessionChanges();
  for (let index = 0; index < 31; index++) {
    const change = removed(`delinea_group.g${index}`, `g${index}`, `${index}`);
    changes.track(change);
    changes.recordPlannedRemoval(change);
  }
  changes.refuseLateRenames(10, 'group');
  changes.track(group('delinea_group.new', 'g7', '7'));
  expect(changes.redeclaredSince()).toHaveLength(1);
  expect(() => changes.refuseLateRenames(10, 'group')).toThrow(
    expect.objectContaining({
      code: 'stale_plan',
      remedy: [
        { kind: 'moved', resource: 'group' },
        { kind: 'parallelism', above: 32 },
      ],
    }),
  );
  changes.refuseLateRenames(11, 'group');
});

test('session changes: an imported object was not managed before, at whichever address it is', () => {
  const changes = new SessionChanges();
  changes.track(group('delinea_group.a', 'ops', 'g1'));
  changes.track(group('delinea_group.b', 'dev', 'g2'));
  changes.markImported('group g1');
  expect(changes.steps().map(({ unmanaged }) => unmanaged)).toEqual([true, undefined]);
});

test('session changes: the kinds at other addresses are those that declare again what is removed, and the reverse', () => {
  const changes = new SessionChanges();
  const permission = (kind: string, key: string, operation: 'revoke' | 'adopt'): ResourceChange => {
    const edge = { container: 'c1', principalType: 'user', principalId: 'u1' };
    const { delinea } = unchangedEntry('container-permission', key, edge, 's', '7');
    const step = { ...delinea, operation };
    return { ...unchangedEntry(kind, key, {}, 's'), delinea: { ...step, kind, edgeSteps: [step] } };
  };
  const single = permission('container-permission', 'delinea_container_permission.a', 'revoke');
  const set = permission('container-permissions', 'delinea_container_permissions.all', 'adopt');
  changes.track(single);
  expect(changes.kindsElsewhere(single)).toEqual([]);
  changes.track(set);
  expect(changes.kindsElsewhere(single)).toEqual(['container-permissions']);
  expect(changes.kindsElsewhere(set)).toEqual(['container-permission']);
});

test('session changes: a principal is renamed when it is removed at one address and declared at another', () => {
  const changes = new SessionChanges();
  const edge = { container: 'c1', principalType: 'group', principalId: 'g1' };
  const lost = unchangedEntry('container-permission', 'delinea_container_permission.a', edge, 's', '7');
  changes.track(removed('delinea_group.old', 'ops', 'g1'));
  changes.track(removed('delinea_group.other', 'dev', 'g2'));
  expect(changes.renamedPrincipals(lost)).toEqual([]);
  changes.track(group('delinea_group.new', 'ops', 'g1'));
  changes.track(group('delinea_group.next', 'dev', 'g2'));
  expect(changes.renamedPrincipals(lost).map(({ key }) => key)).toEqual(['delinea_group.old']);
});
