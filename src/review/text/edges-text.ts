import { type Operation, type ResourceChange, type Step, type Values, visible } from '../../provider/index.js';
import { count, signed } from './attributes.js';
import type { Paint } from './paint.js';

interface EdgeWords {
  readonly sign: string;
  /** Word in the counts of an authoritative resource. */
  readonly past: string;
}

/** Operations on an edge in the order in which they are listed. Other operations are not shown. */
const WORDS: ReadonlyMap<Operation, EdgeWords> = new Map<Operation, EdgeWords>([
  ['create', { sign: '+', past: 'granted' }],
  ['update', { sign: '~', past: 'changed' }],
  ['replace', { sign: '~', past: 'changed' }],
  ['adopt', { sign: '=', past: 'adopted' }],
  ['forget', { sign: '.', past: 'forgotten' }],
  ['revoke', { sign: '-', past: 'revoked' }],
]);

/** Signs in a drift report: `+` is only in the tenant, `-` only in code. */
const DRIFT_SIGNS: Readonly<Record<string, string>> = { '+': '-', '-': '+' };

/** Lists the edges of an authoritative resource, one per line; undefined for any other resource. */
export function edgeLines(
  { delinea: { edgeSteps } }: ResourceChange,
  paint: Paint,
  asDrift = false,
): string[] | undefined {
  if (edgeSteps === undefined) return undefined;
  const order = [...WORDS.keys()];
  const acting = edgeSteps
    .filter(({ operation }) => WORDS.has(operation))
    .sort(
      (left, right) =>
        order.indexOf(left.operation) - order.indexOf(right.operation) || left.label.localeCompare(right.label),
    );
  const lines = acting.map((step) => {
    const { sign } = WORDS.get(step.operation)!;
    return signed(asDrift ? (DRIFT_SIGNS[sign] ?? sign) : sign, `${visible(step.label)}${currentOf(step)}`, paint);
  });
  const hidden = edgeSteps.length - acting.length;
  return hidden === 0 ? lines : [...lines, paint('faint', `  # (${count(hidden, 'unchanged assignment')} hidden)`)];
}

/** Returns the current values of an edge that changes. */
function currentOf({ operation, changed, before }: Step): string {
  if (WORDS.get(operation)?.sign !== '~') return '';
  const old = changed.map((name) => String((before as Values)[name] ?? 'unset'));
  return old.length === 0 ? '' : ` (now ${visible(old.join(', '))})`;
}

/** Returns the counts of an authoritative resource, such as ` (1 granted, 2 revoked)`. */
export function edgeCounts({ delinea: { edgeSteps } }: ResourceChange): string {
  const counts = new Map<string, number>();
  for (const [operation, { past }] of WORDS) {
    const number = (edgeSteps ?? []).filter((step) => step.operation === operation).length;
    if (number > 0) counts.set(past, (counts.get(past) ?? 0) + number);
  }
  return counts.size === 0 ? '' : ` (${[...counts].map(([past, number]) => `${number} ${past}`).join(', ')})`;
}

/** Counts the revoked edges of authoritative resources that stay. */
export function countRevokedEdges(changes: readonly ResourceChange[]): number {
  const staying = changes.filter(({ change }) => !change.actions.includes('delete'));
  return staying.flatMap(({ delinea }) => delinea.edgeSteps ?? []).filter(({ operation }) => operation === 'revoke')
    .length;
}
