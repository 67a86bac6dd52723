import { expect, test } from '@jest/globals';
import { guardedTenant } from './evidence.fixture.js';

/** A folder with an Owner in a group, one that inherits from it, and one of jane alone. */
const tenant = {
  users: [{ userName: 'jane@x' }, { userName: 'tom@x' }],
  groups: [{ displayName: 'owners', members: ['jane@x'] }],
  containers: ['prod', { name: 'web', parent: 'prod', inherits: true }, 'own'],
  containerPermissions: [
    { container: 'prod', group: 'owners', right: 'Owner' as const },
    { container: 'own', user: 'jane@x', right: 'Owner' as const },
  ],
};
const { idOf, of, disabled, owner, given, orphansOf } = guardedTenant(tenant, {
  profile: 'secret-server',
  adminRoles: [],
});

const OWN = 'container own: active Owner';
const PROD = 'container prod: active Owner';
const WEB = 'container web: active Owner';
const onWeb = () =>
  given('container-permission', { container: idOf('web'), ...of('tom@x'), right: 'View', breakInheritance: true });

test('a folder that inherits is at risk through its parent only', async () => {
  expect(await orphansOf(disabled('jane@x'))).toEqual([OWN, PROD]);
});

test('a folder whose inheritance the plan ends is at risk itself', async () => {
  expect(await orphansOf(disabled('jane@x'), onWeb())).toEqual([OWN, PROD, WEB]);
});

test('a step without a write ends no inheritance, and neither does a step on another kind', async () => {
  expect(await orphansOf(disabled('jane@x'), owner('web', 'owners', 'none'))).toEqual([OWN, PROD]);
  const other = given('group', { displayName: 'new', container: idOf('web') });
  expect(await orphansOf(disabled('jane@x'), other)).toEqual([OWN, PROD]);
});
