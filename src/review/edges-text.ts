import type { Operation, ResourceChange, Step, Values } from '../provider/index.js';
import { count, signed } from './attributes.js';
import type { Paint } from './paint.js';
import { visible } from './visible.js';

interface Act {
  readonly sign: string;
  /** In the counts of a set. */
  readonly past: string;
}

/** What happens to one edge of a set, in the order in which a reader wants to know; what is not here is no news. */
const ACTS: ReadonlyMap<Operation, Act> = new Map<Operation, Act>([
  ['create', { sign: '+', past: 'given' }],
  ['update', { sign: '~', past: 'changed' }],
  ['replace', { sign: '~', past: 'changed' }],
  ['adopt', { sign: '=', past: 'adopted' }],
  ['forget', { sign: '.', past: 'forgotten' }],
  ['revoke', { sign: '-', past: 'revoked' }],
]);

/** From the code's side, what the tenant has beyond it is `+` and what it lacks `-`. */
const SEEN_FROM_CODE: Readonly<Record<string, string>> = { '+': '-', '-': '+' };

/** The edges of a set, one a line; undefined for what is no set. */
export function edgeLines(
  { delinea: { edgeSteps } }: ResourceChange,
  paint: Paint,
  fromCode = false,
): string[] | undefined {
  if (edgeSteps === undefined) return undefined;
  const order = [...ACTS.keys()];
  const acting = edgeSteps
    .filter(({ operation }) => ACTS.has(operation))
    .sort(
      (left, right) =>
        order.indexOf(left.operation) - order.indexOf(right.operation) || left.label.localeCompare(right.label),
    );
  const lines = acting.map((part) => {
    const { sign } = ACTS.get(part.operation)!;
    return signed(fromCode ? (SEEN_FROM_CODE[sign] ?? sign) : sign, `${visible(part.label)}${wasOf(part)}`, paint);
  });
  const hidden = edgeSteps.length - acting.length;
  return hidden === 0 ? lines : [...lines, paint('faint', `  # (${count(hidden, 'unchanged edge')} hidden)`)];
}

/** What it is now, of an edge that is changed. */
function wasOf({ operation, changed, before }: Step): string {
  if (ACTS.get(operation)?.sign !== '~') return '';
  const old = changed.map((name) => String((before as Values)[name] ?? 'unset'));
  return old.length === 0 ? '' : ` (now ${visible(old.join(', '))})`;
}

/** ` (1 given, 2 revoked)`. */
export function edgeCounts({ delinea: { edgeSteps } }: ResourceChange): string {
  const counts = new Map<string, number>();
  for (const [operation, { past }] of ACTS) {
    const number = (edgeSteps ?? []).filter((part) => part.operation === operation).length;
    if (number > 0) counts.set(past, (counts.get(past) ?? 0) + number);
  }
  return counts.size === 0 ? '' : ` (${[...counts].map(([past, number]) => `${number} ${past}`).join(', ')})`;
}

/** Edges that go although their set stays. */
export function edgesRevoked(changes: readonly ResourceChange[]): number {
  const staying = changes.filter(({ change }) => !change.actions.includes('delete'));
  return staying.flatMap(({ delinea }) => delinea.edgeSteps ?? []).filter(({ operation }) => operation === 'revoke')
    .length;
}
