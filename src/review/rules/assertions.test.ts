import { describe, expect, test } from '@jest/globals';
import { accessOf, grantOf, groupOf, scopeOf, userOf } from '../../provider/access/access.fixture.js';
import { EffectiveAccess, type TenantAccess } from '../../provider/index.js';
import { type Assertion, assertionsFile, checkAssertions } from './assertions.js';

const [jane, tom, idle] = [userOf('jane'), userOf('tom'), userOf('idle', { active: false })];
const [prod, db, stage] = [scopeOf('prod'), scopeOf('db', { parent: 'prod' }), scopeOf('stage')];
const dba = groupOf('dba', [jane, idle]);
const state = (...grants: ReturnType<typeof grantOf>[]): TenantAccess =>
  accessOf({ principals: [jane, tom, idle, dba], scopes: [prod, db, stage], grants });
const check = (assertion: object, now: TenantAccess, before?: TenantAccess, ...labels: string[]) =>
  checkAssertions(assertionsFile.parse({ assertions: [assertion] }).assertions as readonly Assertion[], {
    now: new EffectiveAccess(now),
    ...(before ? { before: new EffectiveAccess(before) } : {}),
    labels,
  }).map(({ assertion: title, message, isOld }) => `${title}: ${message}${isOld ? ' (old)' : ''}`);

describe('checkAssertions', () => {
  test('nobody outside a group reaches a container: paths of those who do; inactive accounts do not', () => {
    const assertion = { nobodyOutside: 'dba', reaches: '/prod/**', right: 'Edit' };
    expect(
      check(assertion, state(grantOf(dba, db, 'Owner'), grantOf(idle, db, 'Owner'), grantOf(tom, db, 'View'))),
    ).toEqual([]);
    expect(check(assertion, state(grantOf(tom, db, 'Owner')))).toEqual([
      'nobody outside dba reaches /prod/** with Edit: tom has Owner on container db, and is not in dba',
    ]);
  });

  test('a principal keeps a right', () => {
    const assertion = { principal: 'jane', keeps: 'View', on: 'prod' };
    expect(check(assertion, state(grantOf(dba, prod, 'Owner')))).toEqual([]);
    expect(check(assertion, state(grantOf(tom, prod, 'Owner')))).toEqual([
      'jane keeps View on prod: jane does not have View on container prod',
    ]);
    expect(check({ ...assertion, principal: 'idle' }, state(grantOf(idle, prod, 'Owner')))).toHaveLength(1);
  });

  test('no one holds both', () => {
    const assertion = { noOneHoldsBoth: ['prod', 'stage'] };
    expect(check(assertion, state(grantOf(jane, prod, 'View'), grantOf(tom, stage, 'View')))).toEqual([]);
    expect(check(assertion, state(grantOf(dba, prod, 'View'), grantOf(jane, stage, 'Edit')))).toEqual([
      'no one holds both prod and stage: jane has View on container prod through dba, and jane has Edit on container stage',
    ]);
  });

  test('no new right without a label', () => {
    const assertion = { noNew: 'Owner', on: '*', withoutLabel: 'approved' };
    const [before, now] = [
      state(grantOf(jane, prod, 'Owner')),
      state(grantOf(jane, prod, 'Owner'), grantOf(tom, db, 'Owner')),
    ];
    expect(check(assertion, now, before)).toEqual([
      'no new Owner on * without approved: tom has Owner on container db, which is new',
    ]);
    expect(check(assertion, now, before, 'approved')).toEqual([]);
    expect(check(assertion, now)).toEqual([]);
  });

  test.each([
    ['Edit', [], 1],
    ['View', [grantOf(tom, db, 'View')], 0],
    ['Edit', [grantOf(tom, db, 'View')], 1],
  ])('a right that includes %s is new as well', (noNew, old, violations) => {
    const assertion = { noNew, on: 'db', withoutLabel: 'approved' };
    expect(check(assertion, state(grantOf(tom, db, 'Owner')), state(...old))).toHaveLength(violations);
  });

  test('a name means the object that had it before the plan', () => {
    const before = state(grantOf(dba, prod, 'Owner'), grantOf(jane, stage, 'Owner'));
    const taken = {
      ...before,
      principals: [
        { ...jane, name: 'old-jane' },
        { ...tom, id: 'new', name: 'jane' },
        { ...dba, name: 'old-dba' },
        groupOf('new', [{ ...tom, id: 'new' }]),
      ].map((each) => (each.name === 'new' ? { ...each, name: 'dba' } : each)),
      grants: [
        grantOf(dba, prod, 'Owner'),
        grantOf(groupOf('new'), prod, 'Owner'),
        grantOf(userOf('new'), stage, 'Owner'),
      ],
    };
    expect(check({ nobodyOutside: 'dba', reaches: 'prod' }, taken, before)).toEqual([
      'nobody outside dba reaches prod: jane has Owner on container prod through dba, and is not in dba',
    ]);
    expect(check({ principal: 'jane', keeps: 'Owner', on: 'stage' }, taken, before)).toEqual([
      'jane keeps Owner on stage: old-jane does not have Owner on container stage',
    ]);
  });

  test('an old violation is old by another path and under another name', () => {
    const assertion = { nobodyOutside: 'others', reaches: 'prod' };
    const [others, dba] = [groupOf('others'), groupOf('dba', [jane])];
    const before = accessOf({ principals: [jane, dba, others], scopes: [prod], grants: [grantOf(jane, prod, 'View')] });
    const now = {
      ...before,
      principals: [{ ...jane, name: 'renamed' }, dba, others],
      grants: [grantOf(dba, prod, 'View')],
    };
    expect(check(assertion, now, before)).toEqual([expect.stringMatching(/renamed .* through dba.* \(old\)$/)]);
  });

  test('what was violated before the plan is marked', () => {
    const assertion = { nobodyOutside: 'dba', reaches: 'prod' };
    const [before, now] = [state(grantOf(tom, prod, 'View')), state(grantOf(tom, prod, 'View'))];
    expect(check(assertion, now, before)[0]).toMatch(/ \(old\)$/);
    expect(check(assertion, now, state())[0]).not.toMatch(/ \(old\)$/);
  });

  test.each([
    { nobodyOutside: 'dbaa', reaches: 'prod' },
    { nobodyOutside: 'dba', reaches: '/nowhere/**' },
    { principal: 'jane', keeps: 'View', on: 'prodd' },
    { noOneHoldsBoth: ['prod', 'nothing'] },
    { noNew: 'Owner', on: 'nothing*', withoutLabel: 'x' },
    { noNew: 'holder', on: 'prod', withoutLabel: 'x' },
    { nobodyOutside: 'dba', reaches: 'stage', right: 'holder' },
  ])('a name that means nothing is an error: %j', (assertion) => {
    expect(() => check(assertion, state())).toThrow(/there is no|matches/);
  });

  test.each([{ principal: 'jane', keeps: 'Onwer', on: 'prod' }, { nobodyOutside: 'dba' }, { reaches: 'prod' }, {}])(
    'a form or right that does not exist is an error: %j',
    (assertion) => {
      expect(() => check(assertion, state())).toThrow();
    },
  );
});
