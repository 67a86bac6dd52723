import { joinFirst, visible } from '../../provider/index.js';
import type { Paint } from '../text/paint.js';
import { kindsOf, rightOn } from '../text/right-on.js';
import type { CallOut } from './call-outs.js';
import type { Review, ReviewEntry } from './review-schema.js';

/** The line of a review without a snapshot. */
export const DECLARED_ONLY =
  'Declared objects only: other access of the same people is not known. Pass --live for a whole review.';
/** The line of a review whose plan has no signature that could be checked. */
const NOT_VERIFIED = 'The plan file was not verified: anybody who can write it can change this review.';
/** The line of a review whose plan leaves out objects. */
export const INCOMPLETE = 'The plan is not complete: objects with errors are not in it.';
/** Names that a line of text lists; JSON and Markdown list all. */
const LISTED = 10;
/** Names within a sentence; more have a line of their own. */
const INLINE = 3;
/** Deactivations that are shown in full: a cleanup must not bury the other call-outs. */
const DEACTIVATIONS = 5;

/** Returns a review for the terminal: totals, call-outs, then every change of access, the most privileged first. */
export function reviewText(review: Review, paint: Paint): string {
  const { entries } = review;
  const { shown, folded } = foldDeactivations(review.callOuts);
  const parts = [
    [
      paint('strong', `Access after this plan, ${visible(review.tenant)}`),
      ...basisLines(review),
      ...totalLines(review),
    ],
    section('Violated assertions:', violationLines(review).map(visible), (line) => paint('error', line)),
    policySection(review, paint),
    section(
      'Look at these first:',
      [
        ...shown.map(({ message }) => visible(message)),
        ...(folded.length > 0 ? [`and ${folded.length} more are deactivated, which --json lists`] : []),
      ],
      (line) => paint('change', line),
    ),
    entries.length === 0 ? ['No access is gained or lost.'] : entries.flatMap((entry) => entryLines(entry, paint)),
    section('From the plan:', review.notes.map(visible)),
    section('Not resolved, so their access is unknown:', review.unknown.map(visible), (line) => paint('error', line)),
    section('Could not be read, so not in this review:', review.unread.map(visible), (line) => paint('error', line)),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Returns the lines that explain what the review is based on. */
export function basisLines({ basis, taken, complete, verified }: Review): string[] {
  return [
    basis === 'live' ? `Compared with the tenant as read ${visible(taken)}.` : DECLARED_ONLY,
    ...(verified ? [] : [NOT_VERIFIED]),
    ...(complete ? [] : [INCOMPLETE]),
  ];
}

/** Returns each violated assertion with the path that violates it. */
export function violationLines({ violations }: Pick<Review, 'violations'>): string[] {
  return violations.map(violationLine);
}

export function violationLine({ assertion, message, isOld }: Review['violations'][number]): string {
  return `${assertion}: ${message}${isOld ? ' (also before this plan)' : ''}`;
}

/** Returns the call-outs to show, and the deactivations beyond the first ones. */
export function foldDeactivations(callOuts: readonly CallOut[]): Record<'shown' | 'folded', readonly CallOut[]> {
  const removals = callOuts.filter(({ code }) => code === 'deactivated');
  const folded = removals.length > DEACTIVATIONS + 1 ? removals.slice(DEACTIVATIONS) : [];
  const isFolded = new Set(folded);
  return { shown: callOuts.filter((each) => !isFolded.has(each)), folded };
}

/** Returns the findings of policies as lines, each with its level and its policy. */
export function policyLines({ policies }: Pick<Review, 'policies'>): string[] {
  return policies.map(
    ({ policy, level, message, address }) =>
      `${level}: ${policy}: ${message}${address === undefined ? '' : ` (at ${address})`}`,
  );
}

/** Returns the findings of policies as a section of a text. */
export function policySection(findings: Pick<Review, 'policies'>, paint: Paint): string[] {
  const lines = policyLines(findings).map((line, index) =>
    paint(findings.policies[index]!.level, `  ! ${visible(line)}`),
  );
  return lines.length === 0 ? [] : ['Policies:', ...lines];
}

/** Returns the totals as lines. */
export function totalLines({ totals }: Review): string[] {
  const { peopleGaining, peopleLosing, scopes, privilegedGained, privilegedLost, unknown } = totals;
  const people = (number: number, verb: string) => (number === 1 ? `1 person ${verb}s` : `${number} people ${verb}`);
  const on = scopes === 1 ? '1 container or role' : `${scopes} containers and roles`;
  return [
    `${people(peopleGaining, 'gain')} access, ${people(peopleLosing, 'lose')} access, on ${on}.`,
    `Ownerships and roles: ${privilegedGained} gained, ${privilegedLost} lost.`,
    ...(unknown > 0 ? [`Unknown: ${unknown}.`] : []),
  ];
}

function section(head: string, lines: readonly string[], paint: (line: string) => string = (line) => line): string[] {
  return lines.length === 0 ? [] : [head, ...lines.map((line) => paint(`  ! ${line}`))];
}

function entryLines(entry: ReviewEntry, paint: Paint): string[] {
  const { change, right, people, scopes } = entry;
  const [sign, style] = change === 'gained' ? (['+', 'add'] as const) : (['-', 'remove'] as const);
  const who = people.length > INLINE ? `${people.length} people` : first(people);
  const where = scopes.length > INLINE ? `${scopes.length} ${kindsOf(scopes)}` : `${kindsOf(scopes)} ${first(scopes)}`;
  return [
    paint(style, `${sign} ${who} ${verb(entry)} ${rightOn(right, where, visible(right))}${path(entry)}`),
    ...(people.length > INLINE ? [`    people: ${first(people)}`] : []),
    ...(scopes.length > INLINE ? [`    ${kindsOf(scopes)}: ${first(scopes)}`] : []),
  ];
}

/** Returns an entry as a sentence, with the first names of a long list. */
export function entryText(entry: ReviewEntry): string {
  const { right, people, scopes } = entry;
  const held = rightOn(right, `${kindsOf(scopes)} ${first(scopes)}`, visible(right));
  return `${first(people)} ${verb(entry)} ${held}${path(entry)}`;
}

function verb({ change, people }: ReviewEntry): string {
  const verb = change === 'gained' ? 'gain' : 'lose';
  return people.length === 1 ? `${verb}s` : verb;
}

function path({ through, inheritedFrom }: ReviewEntry): string {
  const groups = through.length === 0 ? '' : ` through ${through.map(({ name }) => visible(name)).join(' > ')}`;
  return inheritedFrom ? `${groups}, inherited from ${visible(inheritedFrom.name)}` : groups;
}

function first(objects: readonly { readonly name: string }[]): string {
  return joinFirst(
    objects.map(({ name }) => visible(name)),
    LISTED,
  );
}
