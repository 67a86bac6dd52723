import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { foldCase } from '../../provider/index.js';
import type { DriftItem } from './drift-item.js';

/** The kinds of drift that can be accepted. */
export const ACCEPTABLE = ['changed', 'added', 'removed', 'not in code'] as const;

/** Longest time for which a drift is accepted, in days. */
const LONGEST = 366;
const DAY = 24 * 60 * 60 * 1000;

const text = z.string().trim().min(1).max(500);

const entry = z
  .strictObject({
    drift: z.enum(ACCEPTABLE),
    address: text.optional(),
    kind: text.optional(),
    object: text.optional(),
    id: text.optional(),
    attribute: text.optional(),
    /** The live value of the attribute. */
    value: z.json().optional(),
    reason: text,
    until: z.iso.date(),
  })
  .refine(({ address, kind, object }) => address !== undefined || (kind !== undefined && object !== undefined), {
    error: 'must have an address, or a kind and an object',
  })
  .refine(({ drift, attribute, value }) => drift !== 'changed' || (attribute !== undefined && value !== undefined), {
    error: 'must have the attribute and its value in the tenant, so that another value is not accepted',
  });

/** The content of an ignore file. */
export const ignoreFile = z.strictObject({ accepted: z.array(entry).max(10_000) });

/** One accepted drift: exactly one difference, with a reason and a last day. */
export type AcceptedDrift = z.infer<typeof entry>;

/** An entry of the ignore file that accepts nothing, which counts as drift. */
export interface IgnoreProblem {
  readonly problem: 'expired' | 'matches nothing' | 'ambiguous' | 'never accepted';
  /** Position in the file, from 1. */
  readonly entry: number;
  readonly message: string;
}

/** Returns why an item can never be accepted; undefined if it can. */
export type NeverAccepted = (item: DriftItem) => string | undefined;

/** Returns the last moment of a day in UTC. */
function endOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY - 1;
}

/** Returns the fault of a last day; undefined if it is one. @param now in milliseconds */
export function dayFault(day: string, now: number): string | undefined {
  if (!z.iso.date().safeParse(day).success) return 'must be a day, such as 2026-12-31';
  return endOf(day) > now + LONGEST * DAY ? `must not be more than ${LONGEST} days away` : undefined;
}

/** Returns the items that an entry is about. Its reason and its day do not matter. */
export function matching(each: AcceptedDrift, items: readonly DriftItem[]): DriftItem[] {
  const same = (wanted: string | undefined, value: string | undefined) =>
    wanted === undefined || foldCase(wanted) === foldCase(value ?? '');
  return items.filter(
    ({ kind, address, object, attribute, edge }) =>
      kind === each.drift &&
      // The address of a set or of a group does not distinguish its rights or members.
      (each.object !== undefined || edge === undefined) &&
      (each.address === undefined || each.address === address) &&
      same(each.kind, object.kind) &&
      same(each.object, object.name) &&
      (each.id === undefined || each.id === idOf(object, attribute)) &&
      (each.attribute === undefined || each.attribute === attribute?.name) &&
      (each.value === undefined || (attribute !== undefined && isDeepStrictEqual(each.value, plain(attribute.live)))),
  );
}

/**
 * Marks the accepted items. Reports each entry that accepts nothing, so that a wrong name is noticed.
 * @param now in milliseconds
 */
export function acceptDrift(
  items: readonly DriftItem[],
  entries: readonly AcceptedDrift[],
  neverAccepted: NeverAccepted,
  now: number,
): { readonly items: DriftItem[]; readonly problems: IgnoreProblem[] } {
  const accepted = new Map<DriftItem, AcceptedDrift>();
  const problems: IgnoreProblem[] = [];
  for (const [index, each] of entries.entries()) {
    const report = (problem: IgnoreProblem['problem'], why: string) =>
      problems.push({ problem, entry: index + 1, message: `entry ${index + 1} (${nameOf(each)}) ${why}` });
    const found = matching(each, items);
    const [item] = found;
    if (endOf(each.until) < now) report('expired', `ended on ${each.until}`);
    else if (!item) report('matches nothing', 'matches no drift: remove it, or correct it');
    else if (found.length > 1) report('ambiguous', `matches ${found.length} differences: add what distinguishes them`);
    else {
      const never = neverAccepted(item);
      if (never === undefined) accepted.set(item, each);
      else report('never accepted', `can never be accepted: ${never}`);
    }
  }
  const marked = items.map((item) => {
    const by = accepted.get(item);
    return by ? { ...item, accepted: { reason: by.reason, until: by.until } } : item;
  });
  return { items: marked, problems };
}

/** Returns the entry that accepts an item, and no other. */
export function entryFor(item: DriftItem, reason: string, until: string): AcceptedDrift {
  const { kind, address, object, attribute } = item;
  const id = idOf(object, attribute);
  return {
    drift: kind as AcceptedDrift['drift'],
    ...(address === undefined ? {} : { address }),
    kind: object.kind,
    object: object.name,
    ...(id === undefined ? {} : { id }),
    ...(attribute ? { attribute: attribute.name, value: plain(attribute.live) as AcceptedDrift['value'] } : {}),
    reason,
    until,
  };
}

/** A changed object may get another id: the right of a permission is replaced. */
function idOf({ id }: DriftItem['object'], attribute: DriftItem['attribute']): string | undefined {
  return attribute ? undefined : id;
}

/** Returns a value as JSON has it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function nameOf({ address, object, attribute }: AcceptedDrift): string {
  return [attribute, object ?? address].filter((part) => part !== undefined).join(' of ');
}
