import { expect, test } from '@jest/globals';
import type { TenantAccess } from '../../provider/index.js';
import { type AcceptedDrift, acceptDrift, dayFault, entryFor, ignoreFile } from './accepted-drift.js';
import type { DriftItem } from './drift-item.js';
import { neverAccepted } from './never-accepted.js';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const title: DriftItem = {
  kind: 'changed',
  address: 'delinea_user.jane',
  object: { kind: 'user', id: 'jane', name: 'jane@example.com' },
  attribute: { name: 'title', code: 'Lead', live: 'Root' },
  message: 'changed: title of jane@example.com',
  restore: '',
};
const principal = { kind: 'user', id: 'eve', name: 'eve@example.com' };
const scope = { kind: 'container', id: 'prod', name: 'prod' };
const view: DriftItem = {
  kind: 'not in code',
  object: { kind: 'container-permission', id: 'p1', name: 'View of eve@example.com on prod' },
  edge: { principal, scope, rights: { right: 'View' } },
  message: 'not in code: View of eve@example.com on prod',
  restore: '',
};
const entries = [title, view].map((item) => entryFor(item, 'ticket 7', '2026-12-31'));
const accept = (list: readonly AcceptedDrift[], now = NOW, items = [title, view]) =>
  acceptDrift(items, list, () => undefined, now);
const problemsOf = (list: readonly AcceptedDrift[], now = NOW) =>
  accept(list, now).problems.map(({ problem }) => problem);

test('acceptDrift: an entry accepts its own drift, until the end of its day in UTC', () => {
  const { items, problems } = accept(entries);
  expect([items.map(({ accepted }) => accepted?.reason), problems]).toEqual([['ticket 7', 'ticket 7'], []]);
  expect(problemsOf(entries, Date.parse('2026-12-31T23:59:59Z'))).toEqual([]);
  expect(problemsOf(entries, Date.parse('2027-01-01T00:00:00Z'))).toEqual(['expired', 'expired']);
});

test('acceptDrift: another value, id or right is not accepted, and the entry matches nothing', () => {
  const other = { ...title, attribute: { ...title.attribute!, live: 'Owner' } };
  const again = { ...view, object: { ...view.object, id: 'p2' } };
  const { items, problems } = accept(entries, NOW, [other, again]);
  expect(items.some(({ accepted }) => accepted)).toBe(false);
  expect(problems.map(({ problem }) => problem)).toEqual(['matches nothing', 'matches nothing']);
});

test('acceptDrift: an entry that matches several differences accepts none', () => {
  const wide: AcceptedDrift = {
    drift: 'not in code',
    kind: view.object.kind,
    object: view.object.name,
    reason: 'x',
    until: '2026-12-31',
  };
  const twin = { ...view, object: { ...view.object, id: 'p2' } };
  const { items, problems } = accept([wide], NOW, [view, twin]);
  expect([items.some(({ accepted }) => accepted), problems[0]?.problem]).toEqual([false, 'ambiguous']);
});

test('acceptDrift: an address alone accepts no right or member', () => {
  const edge = { ...view, kind: 'added' as const, address: 'delinea_container_permissions.prod' };
  const wide: AcceptedDrift = { drift: 'added', address: edge.address, reason: 'x', until: '2026-12-31' };
  const { items, problems } = accept([wide], NOW, [edge]);
  expect([items[0]!.accepted, problems[0]?.problem]).toEqual([undefined, 'matches nothing']);
  expect(accept([{ ...wide, object: view.object.name }], NOW, [edge]).problems).toEqual([]);
});

test.each<[string, object]>([
  ['no reason', { ...entries[0], reason: ' ' }],
  ['no day', { ...entries[0], until: 'never' }],
  ['a day that does not exist', { ...entries[0], until: '2026-02-30' }],
  ['a change without its value', { ...entries[0], value: undefined }],
  ['no object', { drift: 'added', reason: 'x', until: '2026-12-31' }],
  ['a pattern of kinds', { ...entries[1], drift: '*' }],
  ['drift that nobody may accept', { ...entries[1], drift: 'not visible' }],
  ['an unknown key', { ...entries[1], everything: true }],
])('ignoreFile: refuses an entry with %s', (_, each) => {
  expect(ignoreFile.safeParse({ accepted: [each] }).success).toBe(false);
  expect(ignoreFile.safeParse({ accepted: entries }).success).toBe(true);
});

test('dayFault: a day more than a year away is refused', () => {
  expect([dayFault('2027-10-31', NOW), dayFault('9999-12-31', NOW)]).toEqual([
    undefined,
    'must not be more than 366 days away',
  ]);
});

const access = (unread: string[] = []): TenantAccess => ({
  format: 'access snapshot 1',
  tenant: 'https://acme.delinea.app',
  taken: '2026-11-01T00:00:00Z',
  principals: [
    { kind: 'user', id: 'eve', name: 'eve@example.com', active: true },
    { kind: 'user', id: 'jane', name: 'jane@example.com', active: true },
    { kind: 'user', id: 'boss', name: 'boss@example.com', active: true },
    { kind: 'group', id: 'dba', name: 'dba', members: [{ kind: 'user', id: 'boss' }] },
  ],
  scopes: [{ kind: 'container', id: 'prod', name: 'prod' }],
  grants: [
    {
      kind: 'container-permission',
      id: 'g',
      principal: { kind: 'group', id: 'dba' },
      scope: { kind: 'container', id: 'prod' },
      rights: { right: 'Owner' },
    },
  ],
  unread,
});
const rule = neverAccepted(access(), ['Jane@example.com']);
const { edge: _, ...withoutEdge } = view;
const member = (id: string, group = 'dba'): DriftItem => ({
  ...view,
  object: { kind: 'group-membership', name: 'x' },
  edge: { principal: { kind: 'user', id, name: id }, scope: { kind: 'group', id: group, name: group }, rights: {} },
});

test.each<[string, DriftItem, RegExp]>([
  ['an Owner', { ...view, edge: { principal, scope, rights: { right: 'Owner' } } }, /ownership or a role/],
  [
    'a right raised to Owner',
    { ...view, kind: 'changed', attribute: { name: 'right', code: 'View', live: 'Owner' } },
    /ownership/,
  ],
  [
    'a role',
    {
      ...view,
      object: { kind: 'role-binding', name: 'x' },
      edge: { principal, scope: { kind: 'role', id: 'a', name: 'a' }, rights: {} },
    },
    /role/,
  ],
  ['a member of a group with Owner', member('eve'), /holder/],
  ['a membership of a holder', member('boss', 'other'), /holder/],
  ['a holder', { ...title, object: { kind: 'user', id: 'boss', name: 'boss@example.com' } }, /holder/],
  ['an enabled account', { ...title, attribute: { name: 'active', code: false, live: true } }, /enabled/],
  ['a protected principal', title, /protected/],
  [
    'a folder that moved',
    { ...title, object: { kind: 'container', name: 'x' }, attribute: { name: 'parent', code: '', live: 'y' } },
    /parent/,
  ],
  ['a right of which only the text is known', withoutEdge, /not known/],
  ['a set of which only the text is known', { ...title, kind: 'added', object: { kind: '', name: 'x' } }, /not known/],
  ['an object that is not visible', { ...view, kind: 'not visible' }, /not visible/],
  ['a write that is propagating', { ...view, kind: 'propagating' }, /propagating/],
])('neverAccepted: %s', (_, item, reason) => {
  expect(rule(item)).toMatch(reason);
});

test('neverAccepted: another right can be accepted, unless the access was not read completely', () => {
  expect(rule(view)).toBeUndefined();
  expect(neverAccepted(access(['roles']), [])(view)).toMatch(/not read completely/);
});
