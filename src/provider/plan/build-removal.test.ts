import { expect, test } from '@jest/globals';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import type { LiveEdge } from '../read/tenant-reader.js';
import { buildRemoval } from './build-removal.js';
import type { PlanContext } from './plan-context.js';

const context = (matches: readonly [string, unknown][] = []) =>
  ({
    tenant: { home: () => ({ name: 'platform-rest' }) },
    translator: { nameOf: (_: readonly string[], id: string) => ({ c1: 'prod', u1: 'jane@example.com' })[id] },
    matches: new Map(matches),
    ownedById: new Map(),
  }) as unknown as PlanContext;
const jane = { address: 'delinea_user.jane', kind: 'user', id: 'u1', key: { userName: 'jane@example.com' } };
const edgeKey = { container: 'c1', principalType: 'user', principalId: 'u1' };
const edge = { address: 'delinea_container_permission.g', kind: 'container-permission', id: 'p1', key: edgeKey };
const owned = (entry: object) => entry as OwnedObject;
const found = (id: string, values: Values) => ({ live: { id, values }, values }) as LiveEdge;
const account = { userName: 'Jane@example.com', active: true, title: 'Cook' };

test('buildRemoval: shows the key and what removal changes, and no other attribute, when an account is disabled', () => {
  const { change, delinea } = buildRemoval(context(), owned(jane), found('u1', account), 'deactivate');
  expect(delinea).toMatchObject({ key: 'delinea_user.jane#u1', surface: 'platform-rest', label: 'Jane@example.com' });
  expect(delinea.before).toEqual({ userName: 'Jane@example.com', active: true });
  expect(change.before).toEqual({ id: 'u1', user_name: 'Jane@example.com', active: true });
  expect([change.actions, change.after]).toEqual([['delete'], null]);
});

test('buildRemoval: the step has the correlation key when it allows the removal', () => {
  const { delinea } = buildRemoval(context(), owned(jane), found('u1', account), 'deactivate', { externalId: 'x' });
  expect(delinea.before).toEqual({ userName: 'Jane@example.com', active: true, externalId: 'x' });
});

test('buildRemoval: an edge shows its container by name and its principal by id, and the step has ids', () => {
  const values = { ...edgeKey, right: 'Owner', secretRight: null };
  const { change, delinea } = buildRemoval(context(), owned(edge), found('p2', values), 'revoke');
  expect(delinea).toMatchObject({ id: 'p2', label: 'Owner of jane@example.com on prod' });
  expect(delinea.before).toEqual({ ...edgeKey, right: 'Owner' });
  expect(change.before).toEqual({
    id: 'p2',
    container: 'prod',
    principal_type: 'user',
    principal_id: 'u1',
    right: 'Owner',
  });
});

test('buildRemoval: shows a container by id when its name is unknown', () => {
  const { change } = buildRemoval(context(), owned(edge), found('p1', { ...edgeKey, container: 'c2' }), 'revoke');
  expect(change.before?.container).toBe('c2');
});

test('buildRemoval: shows a role as it is when its name equals the id of a container', () => {
  const key = { role: 'c1', principalType: 'user', principalId: 'u1' };
  const binding = { address: 'delinea_role_binding.b', kind: 'role-binding', id: 'b1', key };
  const { change } = buildRemoval(context(), owned(binding), found('b1', key), 'revoke');
  expect(change.before?.role).toBe('c1');
});

test('buildRemoval: shows the recorded id and key when the object is already deleted', () => {
  const { change, delinea } = buildRemoval(context(), owned(jane), undefined, 'forget');
  expect([delinea.id, delinea.before]).toEqual(['u1', jane.key]);
  expect(change).toMatchObject({ actions: ['forget'], before: { id: 'u1', user_name: 'jane@example.com' } });
});

test.each([
  [
    'deposed when another object is declared at its address',
    [[jane.address, { declaration: { lookup: false } }]],
    'u1',
  ],
  [
    'not deposed when only a data source is at its address',
    [[jane.address, { declaration: { lookup: true } }]],
    undefined,
  ],
  ['not deposed when nothing is declared at its address', [], undefined],
] as const)('buildRemoval: the object is %s', (_, matches, deposed) => {
  const at = context(matches as unknown as [string, unknown][]);
  expect(buildRemoval(at, owned(jane), found('u1', account), 'deactivate').deposed).toBe(deposed);
});
