import { expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { guardInputOf } from './guards.js';
import { protectedLosses } from './protected-principals.js';
import { groupStep, permissionStep, planOf, stepOf } from './steps.fixture.js';

const RUNNER = 'runner@example.com';
const known = { user: { me: { name: 'Runner@Example.com' }, you: { name: 'you@example.com' } } };
const messages = (change: Step, names: readonly string[]) =>
  protectedLosses(guardInputOf(planOf([change], known)), names).map(({ message }) => message);

const regrant = (key: string, principalId: string, from: string, to: string) => ({
  ...permissionStep('replace', key, principalId, from),
  desired: { right: to },
  changed: ['right'],
});

test.each([
  ['is disabled', stepOf('user', 'deactivate', { key: RUNNER, id: 'me' }), `${RUNNER} would be disabled or removed`],
  [
    'is disabled in code',
    stepOf('user', 'update', { key: RUNNER, id: 'me', desired: { active: false }, changed: ['active'] }),
    `${RUNNER} would be disabled or removed`,
  ],
  ['is deleted', stepOf('user', 'delete', { key: RUNNER, id: 'me' }), `${RUNNER} would be disabled or removed`],
  ['loses a right', permissionStep('revoke', 'Owner on prod', 'me', 'Owner'), `${RUNNER} would lose Owner on prod`],
  ['is demoted', regrant('View on prod', 'me', 'Owner', 'View'), `${RUNNER} would lose View on prod`],
  [
    'is renamed and disabled at once',
    stepOf('user', 'update', {
      key: 'renamed@example.com',
      id: 'me',
      before: { userName: RUNNER, active: true },
      desired: { userName: 'renamed@example.com', active: false },
      changed: ['userName', 'active'],
    }),
    `${RUNNER} would be disabled or removed`,
  ],
  [
    'loses a role',
    stepOf('role-binding', 'revoke', { key: 'Admin', before: { principalType: 'user', principalId: 'me' } }),
    `${RUNNER} would lose Admin`,
  ],
  ['leaves a group', groupStep(['me', 'you'], ['you']), `${RUNNER} would leave sre`],
  ['leaves a group that is emptied', groupStep(['me'], [], 'deactivate'), `${RUNNER} would leave sre`],
])('protected principal: refused when it %s', (_, change, message) => {
  expect(messages(change, [RUNNER])).toEqual([message]);
  expect(messages(change, ['somebody@example.com'])).toEqual([]);
});

test.each([
  ['is created', stepOf('user', 'create', { key: RUNNER })],
  ['stays as it is', stepOf('user', 'none', { key: RUNNER, id: 'me' })],
  [
    'changes its title',
    stepOf('user', 'update', { key: RUNNER, id: 'me', desired: { title: 'x' }, changed: ['title'] }),
  ],
  ['is given a right', permissionStep('create', 'Owner on prod', 'me', 'Owner')],
  ['is given a greater right', regrant('Owner on prod', 'me', 'View', 'Owner')],
  ['keeps the right', permissionStep('none', 'Owner on prod', 'me', 'Owner')],
  ['stays a member', groupStep(['me', 'you'], ['me'])],
  ['has a right and its name is not known', permissionStep('revoke', 'Owner on prod', 'unknown', 'Owner')],
])('protected principal: not refused when it %s', (_, change) => {
  expect(messages(change, [RUNNER])).toEqual([]);
});

test('protected principal: refused under the old name when it is renamed', () => {
  const renamed = stepOf('user', 'update', {
    key: 'renamed@example.com',
    id: 'me',
    before: { userName: RUNNER },
    desired: { userName: 'renamed@example.com' },
    changed: ['userName'],
  });
  expect(messages(renamed, [RUNNER])).toEqual([`${RUNNER} would be renamed`]);
});

const groups = { group: { sre: { name: 'sre' } }, user: { me: { name: RUNNER } } };
const protectedInside = { 'group sre': [RUNNER, 'you@example.com'], 'group other': ['tom@example.com'] };
const refusals = (change: Step, names: readonly string[] = []) =>
  protectedLosses(guardInputOf(planOf([change], groups, { protectedInside })), names);

test('protected principals inside a group: lose access when the group loses it', () => {
  expect(refusals(permissionStep('revoke', 'Owner of sre on prod', 'sre', 'Owner', 'group'))).toEqual([
    {
      guard: 'protected principal',
      steps: ['Owner of sre on prod'],
      name: RUNNER,
      message: `${RUNNER} would lose Owner of sre on prod (through sre)`,
    },
    {
      guard: 'protected principal',
      steps: ['Owner of sre on prod'],
      name: 'you@example.com',
      message: 'you@example.com would lose Owner of sre on prod (through sre)',
    },
  ]);
  expect(refusals(permissionStep('none', 'Owner of sre on prod', 'sre', 'Owner', 'group'))).toEqual([]);
});

test('protected principals inside a group: leave with it, and the group shows by id when its name is unknown', () => {
  expect(refusals(groupStep(['other', 'tom'], ['tom'])).map(({ name, message }) => [name, message])).toEqual([
    ['tom@example.com', 'tom@example.com would leave sre (through other)'],
  ]);
});

test('protected principals inside a group: refused beside the group when the group is protected itself', () => {
  expect(refusals(groupStep(['sre', 'tom'], ['tom']), ['SRE']).map(({ name, message }) => [name, message])).toEqual([
    ['SRE', 'SRE would leave sre'],
    [RUNNER, `${RUNNER} would leave sre (through sre)`],
    ['you@example.com', 'you@example.com would leave sre (through sre)'],
  ]);
});

test('protected principal: neither a group nor a container with its id is mistaken for it', () => {
  const names = { user: { 1: { name: RUNNER } }, group: { 1: { name: 'ops' } }, container: { 1: { name: 'prod' } } };
  const lost = (change: Step) =>
    protectedLosses(guardInputOf(planOf([change], names)), [RUNNER]).map(({ message }) => message);
  expect(lost(permissionStep('revoke', 'Owner of ops on prod', '1', 'Owner', 'group'))).toEqual([]);
  expect(lost(permissionStep('revoke', 'Owner on prod', '1', 'Owner', 'user'))).toEqual([
    `${RUNNER} would lose Owner on prod`,
  ]);
  // A list does not show which of the two leaves, so the guard counts the protected one.
  expect(lost(groupStep(['1'], ['2']))).toEqual([`${RUNNER} would leave sre`]);
});
