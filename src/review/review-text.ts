import { joinFirst, visible } from '../provider/index.js';
import type { Paint } from './paint.js';
import type { Review, ReviewEntry } from './review-schema.js';

/** Names that a line of text lists; JSON and Markdown list all. */
const LISTED = 10;

/** Returns a review for the terminal: totals, call-outs, then every change of access, the most privileged first. */
export function reviewText(review: Review, paint: Paint): string {
  const { callOuts, entries } = review;
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
      callOuts.map(({ message }) => visible(message)),
      (line) => paint('change', line),
    ),
    entries.length === 0 ? ['No access is gained or lost.'] : entries.map((entry) => entryLine(entry, paint)),
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
export function basisLines({ basis, taken, complete }: Review): string[] {
  return [
    basis === 'live'
      ? `Compared with the tenant as read ${visible(taken)}.`
      : 'Declared objects only: other access of the same people is not known. Pass --live for a whole review.',
    ...(complete ? [] : ['The plan is not complete: objects with errors are not in it.']),
  ];
}

/** Returns each violated assertion with the path that violates it. */
export function violationLines({ violations }: Pick<Review, 'violations'>): string[] {
  return violations.map(
    ({ assertion, message, isOld }) => `${assertion}: ${message}${isOld ? ' (also before this plan)' : ''}`,
  );
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

function entryLine(entry: ReviewEntry, paint: Paint): string {
  const { change, right, people, scopes } = entry;
  const sign = change === 'gained' ? '+' : '-';
  const line = `${sign} ${first(people)} ${verb(entry)} ${visible(right)} on ${scopes[0]!.kind} ${first(scopes)}${path(entry)}`;
  return paint(change === 'gained' ? 'add' : 'remove', line);
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
