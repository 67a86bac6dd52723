import { expect, test } from '@jest/globals';
import { guardedTenant } from './evidence.fixture.js';
import { regainedAccess } from './regained-access.js';

const { reader, user, members, owner } = guardedTenant();
const enabled = () => user('ann@x', 'reactivate', { desired: { active: true }, changed: ['active'] });
const labels = async (...steps: Parameters<typeof regainedAccess>[1]) =>
  [...(await regainedAccess(reader(), steps))].map(([key, { paths }]) => [key, paths.map(({ label }) => label).sort()]);

test('regained access: groups and rights of an account that the plan enables', async () => {
  expect(await labels(enabled(), user('jane@x', 'none'))).toEqual([
    [
      'user ann@x',
      [
        'Owner of ann@x on withIdle',
        'Owner of idle on byIdle',
        'Owner of mixed on byMixed',
        'member of idle',
        'member of mixed',
      ],
    ],
  ]);
});

test('regained access: as the plan leaves the tenant', async () => {
  const steps = [
    enabled(),
    owner('withIdle', 'ann@x', 'revoke'),
    members('idle', ['ann@x'], []),
    members('mixed', ['jane@x', 'ann@x'], ['jane@x']),
  ];
  expect(await labels(...steps)).toEqual([['user ann@x', []]]);
});

test('regained access: none when the plan enables no account', async () => {
  expect(await labels(user('ann@x', 'update', { desired: { title: 'x' }, changed: ['title'] }))).toEqual([]);
});
