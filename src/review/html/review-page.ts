import type { PlanStates } from '../access/review.js';
import type { Review } from '../access/review-schema.js';
import { basisLines, INCOMPLETE } from '../access/review-text.js';
import type { Notice } from '../page/page-data.js';
import { type AccessAround, accessAround } from './access-around.js';
import { type AccessPage, accessPage } from './access-page.js';
import { notice, ruleNotices } from './notices.js';

/** Returns a review as one HTML page. @param states the access before and after the plan */
export function reviewPage(review: Review, { before, after }: PlanStates): string {
  return accessPage(pageOf(review, accessAround(review.entries, before, after)));
}

/** Returns the content of the page of a review. */
export function pageOf(review: Review, around: AccessAround): AccessPage {
  const { tenant, totals, callOuts, notes } = review;
  const messages = callOuts.map(({ message }) => message);
  const people = (number: number, verb: string) => `${number === 1 ? `person ${verb}s` : `people ${verb}`} access`;
  return {
    title: 'Access review',
    tenant,
    basis: basisLines(review).filter((line) => line !== INCOMPLETE),
    warnings: warningsOf(review),
    totals: [
      { value: totals.peopleGaining, label: people(totals.peopleGaining, 'gain'), tone: 'gained' },
      { value: totals.peopleLosing, label: people(totals.peopleLosing, 'lose'), tone: 'lost' },
      { value: totals.privilegedGained, label: 'privileged rights gained', tone: 'gained' },
      { value: totals.privilegedLost, label: 'privileged rights lost', tone: 'lost' },
      { value: totals.scopes, label: 'containers and roles' },
      ...(totals.unknown > 0 ? [{ value: totals.unknown, label: 'unknown', tone: 'warning' as const }] : []),
    ],
    notices: [
      ...notice('warning', 'Look at these first', messages),
      ...notice('note', 'From the plan', notes),
      ...notice(
        'note',
        'Only the changes are on this page, because there is more access than fits',
        around.changesOnly.map(({ kind, name }) => `${kind} ${name}`),
      ),
    ],
    rows: around.rows,
    scope: scopeLines(review, around),
    states: { before: 'Before', after: 'After' },
  };
}

function warningsOf(review: Review): Notice[] {
  const { basis, complete, unknown, unread } = review;
  const declared: Notice = {
    level: 'warning',
    title: 'Declared objects only: other access of the same people is not known',
    lines: ['Pass --live for a whole review.'],
  };
  const incomplete: Notice = {
    level: 'error',
    title: 'The plan is not complete: objects with errors are not in it',
    lines: [],
  };
  return [
    ...ruleNotices(review),
    ...(complete ? [] : [incomplete]),
    ...(basis === 'declared' ? [declared] : []),
    ...notice('error', 'Could not be read, so not in this review', unread),
    ...notice('error', 'Not resolved, so their access is unknown', unknown),
  ];
}

/** States which access is on the page: a tenant has far more than a reviewer needs. */
function scopeLines({ basis }: Review, { whole, changesOnly }: AccessAround): string[] {
  const known = basis === 'live' ? 'all access' : 'the declared access';
  const all = whole.length + changesOnly.length;
  const number = changesOnly.length === 0 ? all : `${whole.length} of the ${all}`;
  const scopes = all === 1 ? 'container or role' : 'containers and roles';
  return [
    'Changes: all of them, each right with one shortest path.',
    ...(all > 0 ? [`Before and after: ${known} of active accounts to the ${number} ${scopes} with a change.`] : []),
    'Access to everything else is not on this page.',
  ];
}
