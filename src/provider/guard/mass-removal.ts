import type { Holding, Place } from '../model/holding.js';
import { isEdge } from '../model/keys.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import { resourceOf } from '../resources/index.js';
import { holdingsOf } from './losses.js';
import { BY_RETIREMENT, type GuardInput, type Refusal } from './refusal.js';

/** Losses that need no allowance: up to `few`, or up to this share of the total if that is more. */
interface Limit {
  readonly few: number;
  readonly share: number;
}

/** The figures behind these limits are in docs/design/guards.md. */
const LOSE_ACCESS: Limit = { few: 5, share: 0.1 };
const OF_KIND: Limit = { few: 5, share: 0.1 };
/** An allowance of at most this many removals lets nothing through that a limit refuses. */
export const FEWEST = OF_KIND.few;
const MEMBERSHIPS: Limit = { few: 25, share: 0.03 };
const OF_GROUP: Limit = { few: 10, share: 0.5 };

/** One of the counts that have a limit. */
interface Count {
  readonly key: string;
  /** Totals of people come first, then those of kinds, then single groups and containers. */
  readonly rank: number;
  readonly what: string;
  readonly verb: string;
  readonly limit: Limit;
  /** As in a refusal. */
  readonly permittedBy?: string | undefined;
  /** Each unit is counted once. */
  unitsOf(holding: Holding): readonly string[];
}

const peopleOf = (of: Holding) => of.people;
const keyIn = (of: Holding) => [of.key];

const PEOPLE: Count = { key: '', rank: 0, what: 'people', verb: 'lose access', limit: LOSE_ACCESS, unitsOf: peopleOf };
const MEMBERSHIP: Count = {
  key: 'memberships',
  rank: 1,
  what: 'memberships',
  verb: 'end',
  limit: MEMBERSHIPS,
  unitsOf: keyIn,
};

function ofGroup({ key, label }: Place): Count {
  return {
    key: `members ${key}`,
    rank: 2,
    what: `members of ${label}`,
    verb: 'leave',
    limit: OF_GROUP,
    unitsOf: peopleOf,
  };
}

function ofKind(resource: Resource): Count {
  const verb = isEdge(resource) ? 'be revoked or lowered' : 'be disabled or removed';
  const unitsOf = resource.account ? peopleOf : keyIn;
  return { key: resource.type, rank: 1, what: resource.plural, verb, limit: OF_KIND, unitsOf };
}

function onScope(resource: EdgeResource, { key, label }: Place, retired: readonly string[]): Count {
  const count = ofKind(resource);
  const permittedBy = retired.includes(key) ? BY_RETIREMENT : undefined;
  return { ...count, permittedBy, key: `${resource.type} ${key}`, rank: 2, what: `${resource.plural} on ${label}` };
}

/** Returns the counts to which the loss of a holding adds. */
function countsFor({ kind, group, scope }: Holding, retired: readonly string[]): Count[] {
  if (group) return [PEOPLE, MEMBERSHIP, ofGroup(group)];
  const resource = resourceOf(kind!);
  if (!isEdge(resource)) return [PEOPLE, ofKind(resource)];
  return [ofKind(resource), ...(scope ? [onScope(resource, scope, retired)] : [])];
}

/** The losses of one count. */
class Tally {
  private readonly total = new Set<string>();
  private readonly lost = new Set<string>();
  private readonly examples = new Set<string>();
  private readonly steps = new Set<string>();
  private earlier = 0;

  constructor(readonly count: Count) {}

  get size(): number {
    return this.lost.size;
  }

  add(holding: Holding): void {
    for (const unit of this.count.unitsOf(holding)) this.total.add(unit);
  }

  /** Adds a loss. @param steps the steps of this run that cause it, or none for a loss by an earlier run */
  lose(holding: Holding, steps: readonly string[]): void {
    const units = this.count.unitsOf(holding);
    if (units.length === 0) return;
    for (const step of steps) this.steps.add(step);
    const added = units.filter((unit) => !this.lost.has(unit));
    for (const unit of added) this.lost.add(unit);
    if (steps.length === 0) this.earlier += added.length;
    else if (added.length > 0) this.examples.add(this.labelOf(holding, units.length));
  }

  private labelOf({ label, group }: Holding, size: number): string {
    const place = group && this.count.key !== ofGroup(group).key ? ` (${group.label})` : '';
    return `${label}${place}${size > 1 ? ` (${size} people)` : ''}`;
  }

  get isRefused(): boolean {
    return this.steps.size > 0 && this.lost.size > mostOf(this.count.limit, this.total.size);
  }

  refusal(): Refusal {
    const { what, verb, limit, permittedBy } = this.count;
    const before = this.earlier > 0 ? `, ${this.earlier} of them by runs of the last 24 hours` : '';
    const text = `${this.lost.size} of ${this.total.size} ${what} would ${verb}${before}`;
    const message = `${text} (limit ${mostOf(limit, this.total.size)})`;
    const examples = [...this.examples].sort();
    return {
      guard: 'mass removal',
      message,
      examples,
      steps: [...this.steps],
      ...(permittedBy ? { permittedBy } : {}),
    };
  }
}

function mostOf({ few, share }: Limit, total: number): number {
  return Math.floor(Math.max(few, total * share));
}

/** Refuses runs that take away too much of something. Totals come first, and the largest loss before the others. */
export function massRemovals({ steps, evidence, names }: GuardInput): Refusal[] {
  const holdings = holdingsOf(steps, evidence, names);
  const { earlier = [], retired = [] } = evidence;
  const there = new Map(holdings.filter(({ isActive, isLost }) => isActive || isLost).map((of) => [of.key, of]));
  const before = earlier.filter((loss) => !isThere(loss, there)).map((loss) => ({ ...loss, steps: [] }));
  const managed = holdings.filter(({ isNew, isLost }) => isLost || !isNew);
  const losing = new Tally(PEOPLE);
  const tallies = new Map([[PEOPLE.key, losing]]);
  const talliesOf = (holding: Holding): Tally[] =>
    countsFor(holding, retired).map((count) => {
      const tally = tallies.get(count.key) ?? new Tally(count);
      tallies.set(count.key, tally);
      return tally;
    });
  for (const holding of [...before, ...managed]) {
    losing.add(holding);
    for (const tally of talliesOf(holding)) tally.add(holding);
  }
  const lost = [...before, ...managed.filter(({ isLost }) => isLost)];
  const going = new Set(lost.map(({ key }) => key));
  for (const holding of lost) {
    // Members whose accounts go count with their accounts.
    const { group, people } = holding;
    const staying = group ? { ...holding, people: people.filter((key) => !going.has(key)) } : holding;
    for (const tally of talliesOf(holding)) tally.lose(staying, holding.steps);
  }
  const refused = [...tallies.values()].filter((tally) => tally.isRefused);
  const isRepeated = refused.some(
    (tally) => tally !== losing && tally.count.unitsOf === peopleOf && tally.size === losing.size,
  );
  return refused
    .filter((tally) => tally !== losing || !isRepeated)
    .sort(({ count, size }, other) => count.rank - other.count.rank || other.size - size || compare(count, other.count))
    .map((tally) => tally.refusal());
}

function compare(left: Count, right: Count): number {
  return left.what.localeCompare(right.what);
}

/** Returns whether the access that an earlier run was to take away is there, because it was given back or not taken. */
function isThere({ key, right = {} }: Holding, there: ReadonlyMap<string, Holding>): boolean {
  const now = there.get(key);
  return now !== undefined && Object.entries(right).every(([name, value]) => now.right?.[name] === value);
}

/** Refuses to remove too large a share of the live objects of a kind. For a run that does not know its total in advance. */
export function refuseShare(resource: Resource, removed: readonly string[], total: number): Refusal[] {
  const { what, verb, limit } = ofKind(resource);
  if (removed.length <= mostOf(limit, total)) return [];
  const message = `${removed.length} of ${total} ${what} would ${verb} (limit ${mostOf(limit, total)})`;
  return [{ guard: 'mass removal', message, steps: removed }];
}
