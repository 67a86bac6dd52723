import { gatherEvidence } from '../guard/evidence.js';
import { countRemovals, enforceGuards, type GuardSettings, judge, type Lifted, remediesFor } from '../guard/guards.js';
import { refuseMass } from '../guard/mass-removal.js';
import { reducesAccess, removes, renames } from '../guard/reductions.js';
import type { GuardInput, Refusal } from '../guard/refusal.js';
import { DelineaError } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { type GuardEvidence, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import { stepObjects } from '../plan/step-refs.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { allowedCount } from '../settings/allowance.js';
import { renamedAdvice } from './renamed-principals.js';
import type { SessionChanges } from './session-changes.js';

/** Maximum number of names in one error. */
const NAMED = 10;
/** Mass removals of a plan reported individually; Terraform prints each with a source snippet, which is slow. */
const REPORTED = 100;
const GROWTH = 1.25;

/** Returns whether any step of a change reduces access. */
export function reducesAnyAccess(change: ResourceChange): boolean {
  return stepsOf({ resource_changes: [change] }).some(reducesAccess);
}

/** Returns whether a change renames its object. */
export function isRename({ delinea }: ResourceChange): boolean {
  return renames(delinea);
}

/**
 * Applies the guards to a session, which learns of its changes one by one. Each reduction is checked with all changes
 * known at that time, and every reduction beyond a limit is refused.
 */
export class SessionGuard {
  private assessed: { readonly steps: readonly Step[]; readonly input: Promise<GuardInput> } | undefined;
  /** Reductions that were released before Terraform had sent every request; the next check includes them. */
  private readonly deferred: ResourceChange[] = [];
  /** Planned changes with unknown values, as the changes that remove the most. */
  private readonly uncertain = new Map<string, ResourceChange>();
  /** The removals that this apply has made or is about to make. */
  private removed: Step[] = [];
  private reported = 0;
  private reportedCount = 0;

  constructor(
    private readonly reader: TenantReader,
    private readonly settings: GuardSettings,
    private readonly changes: SessionChanges,
    private readonly hasSiblings: (isApply: boolean) => boolean,
  ) {}

  /**
   * Refuses a reduction while another configuration of this run manages the tenant: each counts only its own changes, and
   * each expects the last Owner of the other to stay.
   * @throws DelineaError `refused_by_guard`
   */
  refuseBesideSiblings({ delinea: { label } }: ResourceChange, isApply: boolean): void {
    if (!this.hasSiblings(isApply)) return;
    throw new DelineaError(
      'refused_by_guard',
      `${label} would lose access, and several provider configurations of this run manage its tenant: the guards of one do not know the changes of the others`,
      {
        hint: 'Use one provider configuration per tenant, without an alias, or apply the configurations in separate runs.',
      },
    );
  }

  /** Leaves a reduction to the next check. */
  defer(change: ResourceChange): void {
    this.deferred.push(change);
  }

  /**
   * Enforces the guards on a reduction, and on those that were deferred.
   * @param mass whether the number of removals is checked too; `every`: and each of them reported
   * @throws DelineaError `refused_by_guard` with every refusal that these changes cause
   */
  async enforce(change: ResourceChange, mass: boolean | 'every' = true): Promise<void> {
    const input = await this.assess();
    const all = this.refusals(input).filter(({ guard }) => mass || guard !== 'mass removal');
    const open = this.causedBy([...this.deferred, change], input, all);
    if (open.length === 0) return;
    const isOnlyMass = open.every(({ guard }) => guard === 'mass removal');
    if (mass === true && isOnlyMass && this.isReportedEnough(countRemovals(input.steps))) return;
    const own = this.causedBy([change], input, all);
    const others = open.filter((refusal) => !own.includes(refusal));
    const renamed = [...this.deferred, change].flatMap((one) => this.changes.renamedPrincipals(one));
    const labels = this.deferred.splice(0).map(({ delinea }) => delinea.label);
    const texts = [
      ...(own.length > 0 ? [messagesOf(own)] : []),
      ...(others.length > 0 ? [`by ${joinFirst(labels, NAMED)}: ${messagesOf(others)}`] : []),
    ];
    const { hint, remedy = [] } = renamedAdvice(renamed);
    throw new DelineaError('refused_by_guard', texts.join('; '), {
      hint,
      remedy: [...remedy, ...remediesFor(open, input.steps, true)],
    });
  }

  /** Adds a change with unknown values, as the change that removes the most. */
  addUncertain(change: ResourceChange): void {
    this.uncertain.set(change.delinea.key, change);
  }

  /**
   * Enforces the limit of removals with unknown values counted as removals.
   * @throws DelineaError `refused_by_guard`
   */
  async enforceAtWorst(change: ResourceChange): Promise<void> {
    if (this.uncertain.size === 0) return;
    const known = await this.assess();
    const changes = [...this.uncertain.values()];
    const unmanaged = new Map(known.steps.map((step) => [step.key, step.unmanaged]));
    const steps = stepsOf({ resource_changes: changes }).map((step) => ({
      ...step,
      unmanaged: unmanaged.get(step.key) ?? step.unmanaged,
    }));
    const keys = new Set(steps.map(({ key }) => key));
    const input = { ...known, steps: [...known.steps.filter(({ key }) => !keys.has(key)), ...steps] };
    const refusals = this.refusals(input).filter(({ guard }) => guard === 'mass removal');
    const open = this.causedBy([...this.deferred, ...changes, change], input, refusals);
    if (open.length === 0 || this.isReportedEnough(countRemovals(input.steps))) return;
    throw new DelineaError('refused_by_guard', `${messagesOf(open)}, counting values that are known only after apply`, {
      remedy: remediesFor(open, input.steps, true),
    });
  }

  /**
   * Enforces the guard of protected names on a rename, which takes no access and depends on no other change.
   * @throws DelineaError `refused_by_guard`
   */
  enforceRename(change: ResourceChange): void {
    const evidence: GuardEvidence = { orphans: [], protectedInside: {}, unread: [] };
    enforceGuards({ steps: stepsOf({ resource_changes: [change] }), evidence, names: {} }, this.settings);
  }

  /**
   * Counts the removals of a change that an apply is about to make. Terraform sends an apply only the changes, so the
   * limit is a share of all live objects instead of the managed ones. Refused removals stay counted, so the last such
   * error has the total.
   * @returns the keys by which they can be uncounted
   * @throws DelineaError `refused_by_guard`
   */
  async enforceRemovals(change: ResourceChange): Promise<string[]> {
    this.removed.push(...removalsIn(change));
    const refusals = await this.massRemovals(change, this.removed);
    if (refusals.length === 0) return removalsIn(change).map(stepKey);
    throw new DelineaError('refused_by_guard', messagesOf(refusals), {
      remedy: remediesFor(refusals, this.removed, true),
    });
  }

  /** Returns the refusals of a change that an allowance lifts, among all changes known now. */
  async liftedFor(change: ResourceChange): Promise<Lifted[]> {
    const input = await this.assess();
    return refusalsBeyond(this.judge(input).lifted, this.judge(withoutChanges(input, [change])).lifted);
  }

  /** Returns whether `enforceRemovals` would refuse a change that is not counted yet. */
  async wouldRefuse(change: ResourceChange): Promise<boolean> {
    return (await this.massRemovals(change, [...this.removed, ...removalsIn(change)])).length > 0;
  }

  /**
   * Uncounts removals that did not happen, or whose objects another address owns.
   * @param keys keys that `ownedKey` returns
   */
  uncount(keys: readonly string[]): void {
    const restored = new Set(keys);
    this.removed = this.removed.filter((step) => !restored.has(stepKey(step)));
  }

  private async massRemovals(change: ResourceChange, removed: readonly Step[]): Promise<Refusal[]> {
    if (this.allowed(removed)) return [];
    const kinds = [...new Set(removalsIn(change).map(({ kind }) => kind))].filter((kind) => !isEdge(resourceOf(kind)));
    const refusals = kinds.map(async (kind) => {
      const total = await this.reader.snapshot.view(kind).count();
      return refuseMass(resourceOf(kind).plural, removed.filter((step) => step.kind === kind).length, total);
    });
    return (await Promise.all(refusals)).flat();
  }

  private refusals(input: GuardInput): Refusal[] {
    return this.judge(input).open;
  }

  /** Judges with the allowed number of removals as an upper limit, since a session does not know its total. */
  private judge(input: GuardInput) {
    const { allowances } = this.settings;
    const limit = this.allowed(input.steps);
    const atLimit = limit && { source: limit.source, removals: countRemovals(input.steps) };
    return judge(input, { ...this.settings, allowances: atLimit ? [atLimit, ...allowances] : allowances });
  }

  /** Returns the allowance that covers this many removals. */
  private allowed(steps: readonly Step[]) {
    const limit = allowedCount(this.settings.allowances, 'removals');
    return limit && countRemovals(steps) <= limit.count ? limit : undefined;
  }

  /** Returns the refusals that would not exist without these changes. */
  private causedBy(changes: readonly ResourceChange[], input: GuardInput, refusals: readonly Refusal[]): Refusal[] {
    return refusalsBeyond(refusals, this.refusals(withoutChanges(input, changes)));
  }

  /** Returns whether enough mass removals were reported: further errors would only repeat that the count grows. */
  private isReportedEnough(count: number): boolean {
    this.reported++;
    if (this.reported > REPORTED && count < this.reportedCount * GROWTH) return true;
    this.reportedCount = count;
    return false;
  }

  /** Gathers the input of the guards for the steps so far, once for the same steps. */
  private assess(): Promise<GuardInput> {
    const steps = this.changes.steps();
    if (this.assessed?.steps !== steps) this.assessed = { steps, input: this.inputFor(steps) };
    return this.assessed.input;
  }

  private async inputFor(steps: readonly Step[]): Promise<GuardInput> {
    const evidence = await gatherEvidence(this.reader, steps);
    return { steps, evidence, names: this.reader.translator.export(steps.flatMap(stepObjects)) };
  }
}

function removalsIn({ delinea }: ResourceChange): Step[] {
  return (delinea.edgeSteps ?? [delinea]).filter(removes);
}

function stepKey({ kind, id, before }: Step): string {
  return ownedKey(resourceOf(kind), id ?? '', before);
}

function messagesOf(refusals: readonly Refusal[]): string {
  return joinFirst(
    refusals.map(({ message }) => message),
    NAMED,
    '; ',
  );
}

function withoutChanges(input: GuardInput, changes: readonly ResourceChange[]): GuardInput {
  const keys = new Set(stepsOf({ resource_changes: changes }).map(({ key }) => key));
  return {
    ...input,
    steps: input.steps.filter(({ key }) => !keys.has(key)),
    evidence: withoutSteps(input.evidence, keys),
  };
}

function withoutSteps(evidence: GuardEvidence, keys: ReadonlySet<string>): GuardEvidence {
  return { ...evidence, orphans: evidence.orphans.filter(({ steps }) => !steps.some((key) => keys.has(key))) };
}

function refusalsBeyond<R extends Refusal>(refusals: readonly R[], others: readonly Refusal[]): R[] {
  const known = new Set(others.map(({ message }) => message));
  return refusals.filter(({ message }) => !known.has(message));
}
