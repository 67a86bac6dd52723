import { describe, expect, test } from '@jest/globals';
import { accessOf, grantOf, groupOf, scopeOf, userOf } from '../../provider/access/access.fixture.js';
import { compareAccess, EffectiveAccess, type Principal, type TenantAccess } from '../../provider/index.js';
import { type Policy, runPolicies } from './policy.js';
import {
  newAccessGate,
  noDirectGrants,
  noOwnerForLargeGroups,
  separationOfDuties,
  twoHoldersForAdminRoles,
  withShipped,
} from './shipped-policies.js';

const [jane, tom, eve, idle] = [userOf('jane'), userOf('tom'), userOf('eve'), userOf('idle', { active: false })];
const dba = groupOf('dba', [jane, tom, idle]);
const [prod, dev] = [scopeOf('prod'), scopeOf('dev')];
const [auditor, admin] = ['Auditor', 'Platform Admin'].map((name) => ({ kind: 'role', id: name.toLowerCase(), name }));
const bound = (principal: Principal, role: Principal | undefined) => ({
  ...grantOf(principal, role!, ''),
  kind: 'role-binding',
  rights: {},
});
const state = (...grants: TenantAccess['grants']): TenantAccess =>
  accessOf({ principals: [jane, tom, eve, idle, dba], scopes: [prod, dev, auditor!, admin!], grants });

/** Returns the findings of a policy as text, with the level unless it is a warning. */
function found(policy: Policy, after: TenantAccess, before?: TenantAccess, more = {}): string[] {
  const [now, then] = [new EffectiveAccess(after), before && new EffectiveAccess(before)];
  const changes = then ? compareAccess(then, now) : [];
  const data = { after: now, ...(then ? { before: then } : {}), changes, steps: [], labels: [], adminRoles: [] };
  return runPolicies([{ id: 'own', policy }], { ...data, ...more }).map(
    ({ level, message }) => (level === 'error' ? 'error: ' : '') + message,
  );
}

describe('separationOfDuties', () => {
  const both = state(grantOf(dba, prod, 'View'), grantOf(jane, dev, 'Owner'), grantOf(idle, dev, 'Owner'));

  test('active people who hold both after the plan, and did not before', () => {
    const policy = separationOfDuties(['prod', 'dev'], { level: 'error' });
    expect(found(policy, both, state())).toEqual(['error: jane holds both container prod and container dev']);
    expect(found(policy, both, both)).toEqual([]);
    expect(found(policy, both)).toHaveLength(1);
  });

  test('by default: roles for auditing and for administration', () => {
    const after = state(bound(dba, auditor), bound(tom, admin), bound(eve, admin));
    expect(found(separationOfDuties(), after, state())).toEqual([
      'tom holds both role Auditor and role Platform Admin',
    ]);
    expect(found(separationOfDuties(), both, state())).toEqual([]);
  });

  test('a name that means nothing is an error', () => {
    expect(() => found(separationOfDuties(['prod', 'nothing']), both, state())).toThrow(/there is no .* "nothing"/);
  });
});

describe('noDirectGrants', () => {
  test('new direct rights of people, by container and right', () => {
    const old = grantOf(tom, prod, 'View');
    const after = state(
      old,
      grantOf(jane, prod, 'View'),
      grantOf(eve, prod, 'View'),
      grantOf(dba, dev, 'Owner'),
      bound(eve, auditor),
    );
    expect(found(noDirectGrants(), after, state(old))).toEqual([
      'jane, eve get View on container prod directly, not through a group',
      'eve gets holder on role Auditor directly, not through a group',
    ]);
    expect(found(noDirectGrants({ level: 'error' }), after)[0]).toMatch(/^error: tom, jane, eve get View/);
  });

  test('a lower right is not new, a higher one is', () => {
    const [view, owner] = [state(grantOf(jane, prod, 'View')), state(grantOf(jane, prod, 'Owner'))];
    expect(found(noDirectGrants(), view, owner)).toEqual([]);
    expect(found(noDirectGrants(), owner, view)).toHaveLength(1);
  });

  test('names the step that grants', () => {
    const grant = grantOf(jane, prod, 'View');
    const steps = [{ kind: grant.kind, key: grant.id }];
    const after = new EffectiveAccess(state(grant));
    const data = { after, before: new EffectiveAccess(state()), changes: [], labels: [], adminRoles: [] };
    const [finding] = runPolicies([{ id: 'own', policy: noDirectGrants() }], { ...data, steps: steps as never });
    expect(finding).toMatchObject({ address: grant.id });
  });

  test('more than 10 are counted', () => {
    const scopes = Array.from({ length: 30 }, (_, index) => scopeOf(`c${index}`));
    const after = accessOf({ principals: [jane], scopes, grants: scopes.map((each) => grantOf(jane, each, 'View')) });
    const lines = found(noDirectGrants(), after, accessOf({ principals: [jane], scopes }));
    expect([lines.length, lines.at(-1)]).toEqual([11, '20 more direct rights']);
  });
});

describe('noOwnerForLargeGroups', () => {
  const policy = noOwnerForLargeGroups({ people: 1 });
  const [owner, view] = [state(grantOf(dba, prod, 'Owner')), state(grantOf(dba, prod, 'View'))];
  const message = '2 people are Owner of container prod through dba, more than 1';

  test('a group that becomes an Owner, or outgrows the limit', () => {
    expect(found(policy, owner, view)).toEqual([message]);
    expect(found(policy, owner, owner)).toEqual([]);
    const small = {
      ...owner,
      principals: owner.principals.map((each) => (each.id === 'dba' ? groupOf('dba', [jane]) : each)),
    };
    expect(found(policy, owner, small)).toEqual([message]);
    expect(found(policy, small, view)).toEqual([]);
    expect(found(noOwnerForLargeGroups(), owner, view)).toEqual([]);
  });
});

describe('twoHoldersForAdminRoles', () => {
  const [two, one] = [state(bound(dba, admin)), state(bound(jane, admin), bound(idle, admin))];
  const message = 'role Platform Admin has 1 active holder, fewer than 2';

  test('roles that lose a holder; only those in the setting if there is one', () => {
    expect(found(twoHoldersForAdminRoles(), one, two)).toEqual([message]);
    expect(found(twoHoldersForAdminRoles(), one, one)).toEqual([]);
    expect(found(twoHoldersForAdminRoles(), one, two, { adminRoles: ['platform admin'] })).toEqual([message]);
    expect(found(twoHoldersForAdminRoles(), one, two, { adminRoles: ['Auditor'] })).toEqual([]);
  });

  test('named roles: also what the plan does not change', () => {
    expect(found(twoHoldersForAdminRoles({ roles: ['Platform Admin'] }), one, one)).toEqual([message]);
    expect(found(twoHoldersForAdminRoles({ roles: ['Platform Admin'], holders: 1 }), one, one)).toEqual([]);
  });
});

describe('newAccessGate', () => {
  const after = state(grantOf(jane, prod, 'Owner'), grantOf(tom, prod, 'View'));

  test('new access without the label', () => {
    expect(found(newAccessGate(), after, state())).toEqual([
      '1 new ownership or role without the label new-access, of jane',
    ]);
    expect(found(newAccessGate({ rights: 'all' }), after, state())).toEqual([
      '2 new rights without the label new-access, of jane, tom',
    ]);
    expect(found(newAccessGate(), after, state(), { labels: ['new-access'] })).toEqual([]);
    expect(found(newAccessGate(), after, after)).toEqual([]);
  });
});

test('an own policy replaces the one that ships under its name', () => {
  const own = [{ id: 'noDirectGrants', file: 'own.ts', policy: () => [] }];
  expect(withShipped(own).map(({ id, file = '' }) => id + file)).toEqual([
    'separationOfDuties',
    'noOwnerForLargeGroups',
    'twoHoldersForAdminRoles',
    'newAccessGate',
    'noDirectGrantsown.ts',
  ]);
});
