import { describe, expect, test } from '@jest/globals';
import type { Review } from '../access/review-schema.js';
import type { AccessAround } from './access-around.js';
import { pageOf } from './review-page.js';

const review = (more: Partial<Review> = {}): Review => ({
  tenant: 'https://acme.example',
  basis: 'live',
  taken: '2026-11-29T00:00:00Z',
  complete: true,
  verified: true,
  checked: [],
  policies: [],
  totals: { peopleGaining: 2, peopleLosing: 0, scopes: 1, privilegedGained: 1, privilegedLost: 0, unknown: 0 },
  violations: [],
  callOuts: [],
  entries: [],
  notes: [],
  unknown: [],
  unread: [],
  ...more,
});
const scope = (name: string) => ({ kind: 'container', id: name, name });
const around = (more: Partial<AccessAround> = {}): AccessAround => ({ rows: [], whole: [], changesOnly: [], ...more });

describe('pageOf', () => {
  test('a whole review has no warning', () => {
    const { warnings, totals, basis } = pageOf(review(), around());
    expect([warnings, basis]).toEqual([[], ['Compared with the tenant as read 2026-11-29T00:00:00Z.']]);
    expect(totals.map(({ value }) => value)).toEqual([2, 0, 1, 0, 1]);
  });

  test('all that is not known is a warning, after the violated assertions', () => {
    const { warnings, totals, basis } = pageOf(
      review({
        basis: 'declared',
        complete: false,
        verified: false,
        policies: [{ policy: 'own', level: 'error', message: 'eve has View', key: 'e' }],
        violations: [
          { assertion: 'ann keeps Owner on prod', message: 'ann does not have Owner', key: 'a', isOld: false },
        ],
        unknown: ['delinea_group.a.members'],
        unread: ['permissions of hr'],
        totals: { ...review().totals, unknown: 1 },
      }),
      around(),
    );
    expect(warnings.map(({ title, lines }) => [title, ...lines])).toEqual([
      ['Violated: 1 assertion', 'ann keeps Owner on prod: ann does not have Owner'],
      ['Policies: 1 finding', 'error: own: eve has View'],
      ['The plan is not complete: objects with errors are not in it'],
      ['Declared objects only: other access of the same people is not known', 'Pass --live for a whole review.'],
      ['Could not be read, so not in this review', 'permissions of hr'],
      ['Not resolved, so their access is unknown', 'delinea_group.a.members'],
    ]);
    expect(basis.at(-1)).toMatch(/^The plan file was not verified/);
    expect(totals.at(-1)).toMatchObject({ value: 1, label: 'unknown' });
  });

  test('the page states which access it holds', () => {
    const all = pageOf(review(), around({ whole: [scope('prod')] }));
    expect(all.scope).toContain(
      'Before and after: all access of active accounts to the 1 container or role with a change.',
    );
    const some = pageOf(review(), around({ whole: [scope('prod')], changesOnly: [scope('big')] }));
    expect(some.scope).toContain(
      'Before and after: all access of active accounts to the 1 of the 2 containers and roles with a change.',
    );
    expect(some.notices.at(-1)!.lines).toEqual(['container big']);
  });
});
