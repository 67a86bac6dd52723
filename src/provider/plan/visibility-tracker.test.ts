import { expect, test } from '@jest/globals';
import type { TenantReader } from '../read/tenant-reader.js';
import { type Visibility, VisibilityTracker } from './visibility-tracker.js';

/** Returns a reader of a tenant that has this many objects of each kind. */
const readerOf = (counts: Readonly<Record<string, number>> = {}) =>
  ({
    tenant: { home: () => ({ title: 'Platform REST' }) },
    snapshot: { view: (kind: string) => ({ count: async () => counts[kind] ?? 9 }) },
  }) as unknown as TenantReader;

const trackerOf = (allowed?: number, reader = readerOf()) =>
  new VisibilityTracker(reader, (missing) => missing === allowed);
type Subject = Parameters<VisibilityTracker['record']>[0];
function record(tracker: VisibilityTracker, subject: Subject, visibility: Visibility, count: number) {
  for (let index = 0; index < count; index++) tracker.record(subject, visibility, () => `${visibility}${index}`);
}
const messages = async (tracker: VisibilityTracker) => (await tracker.errors()).map(({ message }) => message);

test.each([
  [3, 7, false],
  [4, 6, true],
  [5, 95, false],
  [6, 94, true],
])('VisibilityTracker: %d missing and %d seen users are refused: %s', async (missing, seen, refused) => {
  const tracker = trackerOf();
  record(tracker, { kind: 'user' }, 'missing', missing);
  record(tracker, { kind: 'user' }, 'seen', seen);
  const total = missing + seen;
  const names = 'missing0, missing1, missing2';
  expect(await messages(tracker)).toEqual(
    refused
      ? [`${missing} of ${total} managed users are not visible on the Platform REST: ${names}, and ${missing - 3} more`]
      : [],
  );
});

test('VisibilityTracker: missing objects pass when exactly their number is allowed, forbidden and omitted ones do not', async () => {
  const tracker = trackerOf(4);
  record(tracker, { kind: 'user' }, 'missing', 4);
  expect([tracker.allowsMissing, await messages(tracker)]).toEqual([true, []]);
  record(tracker, { kind: 'user' }, 'forbidden', 2);
  record(tracker, { kind: 'user' }, 'omitted', 2);
  expect(await messages(tracker)).toEqual([
    '4 of 8 managed users are not visible on the Platform REST: forbidden0, forbidden1, omitted0, and 1 more; the API refuses to show 2 of them (403); responses leave out what identifies 2 of them',
  ]);
  record(tracker, { kind: 'group' }, 'missing', 1);
  expect(tracker.allowsMissing).toBe(false);
});

test.each([
  ['user', 'users', { user: 0 }],
  ['container-permission', 'containers', { container: 0 }],
])('VisibilityTracker: one missing %s is refused when the list of %s is empty', async (kind, empty, counts) => {
  const tracker = trackerOf(undefined, readerOf(counts));
  record(tracker, { kind }, 'missing', 1);
  expect(await messages(tracker)).toEqual([expect.stringMatching(`: missing0; the list of ${empty} is empty$`)]);
});

test('VisibilityTracker: an empty list does not matter for edges that their principals list, for authoritative sets and for members', async () => {
  const tracker = trackerOf(undefined, readerOf({ role: 0, group: 0, 'role-binding': 0, 'container-permissions': 0 }));
  record(tracker, { kind: 'role-binding' }, 'missing', 1);
  record(tracker, { kind: 'container-permissions' }, 'missing', 1);
  record(tracker, { kind: 'group', list: 'members' }, 'missing', 1);
  expect(await messages(tracker)).toEqual([]);
});

test('VisibilityTracker: errors come by kind, those of members last, each with the remedy for all missing objects', async () => {
  const tracker = trackerOf();
  for (const subject of [{ kind: 'group', list: 'members' }, { kind: 'user' }, { kind: 'group' }])
    record(tracker, subject, 'missing', 4);
  const errors = await tracker.errors();
  expect(errors.map(({ message }) => message.split(' are ')[0])).toEqual([
    '4 of 4 managed groups',
    '4 of 4 managed users',
    '4 of 4 managed members of groups',
  ]);
  for (const { code, remedy } of errors)
    expect([code, remedy]).toEqual(['visibility_reduced', [{ kind: 'allowMissing', count: 12, soFar: false }]]);
});

test('VisibilityTracker: enforce refuses one kind only', async () => {
  const tracker = trackerOf();
  record(tracker, { kind: 'user' }, 'missing', 4);
  record(tracker, { kind: 'group' }, 'seen', 4);
  await expect(tracker.enforce('user')).rejects.toMatchObject({ code: 'visibility_reduced' });
  await expect(tracker.enforce('group')).resolves.toBeUndefined();
  await expect(tracker.enforce('role')).resolves.toBeUndefined();
});

test('VisibilityTracker: the remedy is the larger of the count so far and the given one, none when nothing is missing', () => {
  const tracker = new VisibilityTracker(readerOf(), () => false, true);
  expect(tracker.remedy()).toEqual([]);
  record(tracker, { kind: 'user' }, 'forbidden', 5);
  record(tracker, { kind: 'user' }, 'missing', 2);
  expect(tracker.remedy(1)).toEqual([{ kind: 'allowMissing', count: 2, soFar: true }]);
  expect(tracker.remedy(3)).toEqual([{ kind: 'allowMissing', count: 3, soFar: true }]);
});
