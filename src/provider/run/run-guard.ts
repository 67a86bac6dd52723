import { ACTION_OF, type GuardEvidence, type Plan, placeOf, type ResourceChange, type Step } from '../engine/format.js';
import { countRemovals, type GuardSettings, openRefusals, type Refusal } from '../engine/guards.js';
import { gatherEvidence } from '../engine/keepers.js';
import { isLoss, stepsOf } from '../engine/losses.js';
import type { Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { nameOfStep } from './piece.js';

/** So many refusals of one run are errors of their own. Terraform takes long to print each with its place in the code. */
const TOLD = 100;
const GROWTH = 1.25;

/** Whether anything in a change takes from somebody what he has. */
export function isLossy(change: ResourceChange): boolean {
  return stepsOf({ resource_changes: [change] }).some(isLoss);
}

/**
 * The guards over a run that is told piece by piece: each loss is judged with everything that was told until then, and
 * everything after it that crosses the limit is refused as well.
 */
export class RunGuard {
  private readonly changes = new Map<string, ResourceChange>();
  /** What stays, by name; like what was weighed, of all that was told until now. */
  private stays: ReadonlySet<string> | undefined;
  private weighed: Promise<Plan> | undefined;
  /** Losses that went on before everything was told: who is judged next answers for them as well. */
  private readonly owed: ResourceChange[] = [];
  private told = 0;
  private counted = 0;

  constructor(
    private readonly reading: Reading,
    private readonly settings: GuardSettings,
  ) {}

  /** Counts one piece, be it left as it is. Said again, it counts once. */
  note(change: ResourceChange): void {
    this.changes.set(change.delinea.key, change);
    this.forget();
  }

  /** What was counted turned out to happen elsewhere or not at all. */
  drop(change: ResourceChange): void {
    this.changes.delete(change.delinea.key);
    this.forget();
  }

  /** Whether what a change takes away at one address is declared at another. */
  isRenamed(change: ResourceChange): boolean {
    return this.leftOf(change) === undefined;
  }

  /** A change without what it takes away at one address and another has; undefined: all of it. */
  leftOf(change: ResourceChange): ResourceChange | undefined {
    return withoutKept(change, this.staying());
  }

  /** Edges that the removal of a set would take away, and that are declared at other addresses: by name. */
  keptOf({ delinea }: ResourceChange): string[] {
    if (!isGone(delinea)) return [];
    const names = (delinea.parts ?? []).filter(isGone).flatMap((part) => nameOfStep(part) ?? []);
    return names.filter((name) => this.staying().has(name));
  }

  /** Leaves a loss to be judged with the next one. */
  owe(change: ResourceChange): void {
    this.owed.push(change);
  }

  /**
   * Judges a loss that was noted, and those that are owed.
   * @param mass whether so many may go at all is judged too
   * @throws DelineaError `refused_by_guard` with everything that these changes are the cause of
   */
  async judge(change: ResourceChange, mass = true): Promise<void> {
    this.weighed ??= this.weigh();
    const plan = await this.weighed;
    const judged = [...this.owed, change];
    const addresses = new Set(judged.map(({ delinea }) => delinea.key));
    const keys = new Set(stepsOf({ resource_changes: judged }).map(({ key }) => key));
    const without: Plan = {
      ...plan,
      resource_changes: plan.resource_changes.filter(({ delinea }) => !addresses.has(delinea.key)),
      delinea: { ...plan.delinea, evidence: withoutSteps(plan.delinea.evidence, keys) },
    };
    const others = new Set(this.refusals(without).map(({ message }) => message));
    const open = this.refusals(plan).filter(
      ({ guard, message }) => !others.has(message) && (mass || guard !== 'mass removal'),
    );
    if (open.length === 0) return;
    if (mass && open.every(({ guard }) => guard === 'mass removal') && this.isToldEnough(countRemovals(plan))) return;
    throw new DelineaError('refused_by_guard', open.map(({ message }) => message).join('; '), {
      hint: `If that is meant, say so on the provider, for one run: ${liftsOf(open, plan).join(', ')}.`,
    });
  }

  private forget(): void {
    this.stays = undefined;
    this.weighed = undefined;
  }

  private staying(): ReadonlySet<string> {
    const steps = stepsOf({ resource_changes: [...this.changes.values()] });
    this.stays ??= new Set(steps.flatMap((step) => (isGone(step) ? [] : (nameOfStep(step) ?? []))));
    return this.stays;
  }

  /** A plan that was refused a hundred times is refused: after that, errors only show how the count grows. */
  private isToldEnough(counted: number): boolean {
    this.told++;
    if (this.told > TOLD && counted < this.counted * GROWTH) return true;
    this.counted = counted;
    return false;
  }

  private refusals(plan: Plan): Refusal[] {
    const counted = countRemovals(plan);
    const allowed = this.settings.allowance.removals;
    return openRefusals(plan, this.settings, allowed !== undefined && counted <= allowed ? { removals: counted } : {});
  }

  private async weigh(): Promise<Plan> {
    const changes = [...this.changes.values()].flatMap((change) => this.leftOf(change) ?? []);
    const evidence = await gatherEvidence(this.reading, stepsOf({ resource_changes: changes }));
    const ids = changes.flatMap((change) =>
      stepsOf({ resource_changes: [change] }).flatMap(({ before, id }) => [id, ...Object.values(before)].flat()),
    );
    const known = this.reading.identity.remembered(ids.filter((id): id is string => typeof id === 'string'));
    return {
      format_version: '1.2',
      timestamp: '',
      applyable: true,
      complete: true,
      errored: false,
      resource_changes: changes,
      delinea: {
        stack: '',
        tenant: this.reading.tenant.settings.url,
        ledger: true,
        findings: [],
        evidence,
        known,
        cost: this.reading.tenant.cost,
      },
    };
  }
}

function withoutSteps(evidence: GuardEvidence, keys: ReadonlySet<string>): GuardEvidence {
  return { ...evidence, orphans: evidence.orphans.filter(({ steps }) => !steps.some((key) => keys.has(key))) };
}

function withoutKept(change: ResourceChange, staying: ReadonlySet<string>): ResourceChange | undefined {
  const { delinea } = change;
  const isKept = (step: Step) => isGone(step) && staying.has(nameOfStep(step) ?? '');
  if (isKept(delinea)) return undefined;
  const parts = delinea.parts ?? [];
  if (!isGone(delinea) || !parts.some(isKept)) return change;
  const left = parts.filter((part) => !isKept(part));
  return left.some(isGone) ? { ...change, delinea: { ...delinea, parts: left } } : undefined;
}

function isGone({ operation }: Step): boolean {
  return ACTION_OF[operation] === 'delete';
}

/** What lets exactly this through, each setting once. */
function liftsOf(open: readonly Refusal[], plan: Plan): string[] {
  const names = (guard: Refusal['guard']) => [
    ...new Set(open.filter((one) => one.guard === guard).map(({ name }) => name)),
  ];
  const lists = [
    ['allow_principals', names('protected principal')],
    ['allow_orphans', names('orphan')],
  ] as const;
  const count = `allow_removals = ${countRemovals(plan)} (so many until now; the last such error has the sum)`;
  return [
    ...(open.some(({ guard }) => guard === 'mass removal') ? [count] : []),
    ...lists.filter(([, held]) => held.length > 0).map(([setting, held]) => `${setting} = ${JSON.stringify(held)}`),
  ];
}

/** One for all: thousands of pieces stay as they are. */
const NO_CHANGE: ResourceChange['change'] = {
  actions: ['no-op'],
  before: null,
  after: null,
  after_unknown: {},
  before_sensitive: {},
  after_sensitive: {},
};
const NOTHING: Pick<Step, 'operation' | 'desired' | 'changed' | 'after'> = {
  operation: 'none',
  desired: {},
  changed: [],
  after: [],
};

/** A piece that stays as it is: counted, so that shares are shares of what is managed. */
export function unchanged(kind: string, key: string, before: Step['before'], surface: string): ResourceChange {
  return {
    ...placeOf(key, kind),
    change: NO_CHANGE,
    delinea: { ...NOTHING, key, kind, surface, label: key, before },
  };
}
