import { gatherEvidence, peopleBehind } from '../guard/evidence.js';
import { countRemovals, enforceGuards, type GuardSettings, judge, type Lifted, remediesFor } from '../guard/guards.js';
import { lossesOf } from '../guard/losses.js';
import { FEWEST, refuseShare } from '../guard/mass-removal.js';
import { reducesAccess, removes, renames } from '../guard/reductions.js';
import { type GuardInput, type Refusal, refusalTexts } from '../guard/refusal.js';
import { DelineaError } from '../model/errors.js';
import type { Holding } from '../model/holding.js';
import { joinFirst } from '../model/join-first.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { type GuardEvidence, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import { stepObjects } from '../plan/step-refs.js';
import { liveDirectory } from '../read/directory.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { allowedCount } from '../settings/allowance.js';
import { renamedAdvice } from './renamed-principals.js';
import type { SessionChanges } from './session-changes.js';

/** Causes named for each container or role in one error. */
const NAMED = 3;
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

/** The outcome of the guards on all changes that are known. */
interface Assessment {
  /** The steps with unknown values counted as removals. */
  readonly worst: readonly Step[];
  /** The number of their losses. */
  readonly removals: number;
  readonly isUncertain: boolean;
  /** Removals are judged at worst, all else as known. */
  readonly open: readonly Refusal[];
  readonly lifted: readonly Lifted[];
}

/**
 * Applies the guards to a session, which learns of its changes one by one. Each reduction is checked with all changes
 * known at that time, and every reduction beyond a limit is refused.
 */
export class SessionGuard {
  private assessed: { readonly steps: readonly Step[]; readonly outcome: Promise<Assessment> } | undefined;
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
   * Enforces the guards on a change, and on those that were deferred. The number of removals includes what unknown values
   * may remove.
   * @param mass whether that number is checked too; `every`: and each of them reported
   * @throws DelineaError `refused_by_guard` with every refusal to which these changes add
   */
  async enforce(change: ResourceChange, mass: boolean | 'every' = true): Promise<void> {
    const { worst, removals, isUncertain, open: found } = await this.assess();
    const all = found.filter(({ guard }) => mass || guard !== 'mass removal');
    const open = causedBy(this.atTheirWorst([...this.deferred, change]), all);
    if (open.length === 0) return;
    const isOnlyMass = open.every(({ guard }) => guard === 'mass removal');
    if (mass === true && isOnlyMass && this.isReportedEnough(removals)) return;
    const renamed = [...this.deferred.splice(0), change].flatMap((one) => this.changes.renamedPrincipals(one));
    const isCounted = isUncertain && open.some(({ guard }) => guard === 'mass removal');
    const uncertain = isCounted ? ', counting values that are known only after apply' : '';
    const { hint, remedy = [] } = renamedAdvice(renamed);
    throw new DelineaError(
      'refused_by_guard',
      `${messagesOf(open.map((refusal) => withCauses(refusal, worst)))}${uncertain}`,
      {
        hint,
        remedy: [...remedy, ...remediesFor(open, worst)],
      },
    );
  }

  /** Adds a change with unknown values, as the change that removes the most. */
  addUncertain(change: ResourceChange): void {
    this.uncertain.set(change.delinea.key, change);
    this.assessed = undefined;
  }

  /** Returns each change, and its variant that removes the most. */
  private atTheirWorst(changes: readonly ResourceChange[]): ResourceChange[] {
    return changes.flatMap((change) => [change, this.uncertain.get(change.delinea.key) ?? []].flat());
  }

  /** Returns the input with unknown values counted as removals. */
  private async atWorst(known: GuardInput): Promise<GuardInput> {
    const unmanaged = new Map(known.steps.map((step) => [step.key, step.unmanaged]));
    const steps = stepsOf({ resource_changes: [...this.uncertain.values()] }).map((step) => ({
      ...step,
      unmanaged: unmanaged.get(step.key) ?? step.unmanaged,
    }));
    const keys = new Set(steps.map(({ key }) => key));
    const behind = { ...known.evidence.behind, ...(await peopleBehind(steps, liveDirectory(this.reader))) };
    const worst = [...known.steps.filter(({ key }) => !keys.has(key)), ...steps];
    const names = this.reader.translator.export(worst.flatMap(stepObjects));
    return { ...known, steps: worst, names, evidence: { ...known.evidence, behind } };
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

  /**
   * Returns the losses of a change that later runs of the day count, before it is made. Those that an allowance lets through
   * do not count, except where no limit would have refused them.
   * @param recent the number of losses that the instance remembers
   */
  async lossesToRemember(change: ResourceChange, recent: number): Promise<Holding[]> {
    const steps = stepsOf({ resource_changes: [change] });
    const limit = allowedCount(this.settings.allowances, 'removals');
    const own = countRemovals(steps);
    if (limit && own <= limit.count && Math.max(limit.count, recent + own) > FEWEST) return [];
    const behind = await peopleBehind(steps.filter(reducesAccess), liveDirectory(this.reader));
    const names = this.reader.translator.export(steps.flatMap(stepObjects));
    return lossesOf(steps, { behind }, names);
  }

  /** Returns the refusals of a change that an allowance lifts, among all changes known now. */
  async liftedFor(change: ResourceChange): Promise<Lifted[]> {
    return causedBy([change], (await this.assess()).lifted);
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
      const keys = removed.filter((step) => step.kind === kind).map(({ key }) => key);
      return refuseShare(resourceOf(kind), keys, total);
    });
    return (await Promise.all(refusals)).flat();
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

  /** Returns whether enough mass removals were reported: further errors would only repeat that the count grows. */
  private isReportedEnough(count: number): boolean {
    this.reported++;
    if (this.reported > REPORTED && count < this.reportedCount * GROWTH) return true;
    this.reportedCount = count;
    return false;
  }

  /** Judges the steps so far, once for the same steps. */
  private assess(): Promise<Assessment> {
    const steps = this.changes.steps();
    if (this.assessed?.steps !== steps) this.assessed = { steps, outcome: this.judgeAll(steps) };
    return this.assessed.outcome;
  }

  private async judgeAll(steps: readonly Step[]): Promise<Assessment> {
    const input = await this.inputFor(steps);
    const { open, lifted } = this.judge(input);
    if (this.uncertain.size === 0)
      return { worst: steps, removals: countRemovals(steps), isUncertain: false, open, lifted };
    const worst = await this.atWorst(input);
    const mass = this.judge(worst).open.filter(({ guard }) => guard === 'mass removal');
    const others = open.filter(({ guard }) => guard !== 'mass removal');
    return {
      worst: worst.steps,
      removals: countRemovals(worst.steps),
      isUncertain: true,
      open: [...mass, ...others],
      lifted,
    };
  }

  private async inputFor(steps: readonly Step[]): Promise<GuardInput> {
    const evidence = await gatherEvidence(this.reader, steps, undefined, {
      retired: this.changes.retiredScopes,
      earlier: this.changes.earlier,
    });
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
  return refusalTexts(refusals).join('; ');
}

/** Returns a refusal about a container or role with the changes that cause it: Terraform names no address of a removal. */
function withCauses(refusal: Refusal, steps: readonly Step[]): Refusal {
  if (refusal.guard !== 'orphan') return refusal;
  const labels = steps.filter(({ key }) => refusal.steps.includes(key)).map(({ label }) => label);
  return { ...refusal, message: `${refusal.message} (by ${joinFirst(labels.sort(), NAMED)})` };
}

/** Returns the refusals to which these changes add. */
function causedBy<R extends Refusal>(changes: readonly ResourceChange[], refusals: readonly R[]): R[] {
  const keys = new Set(stepsOf({ resource_changes: changes }).map(({ key }) => key));
  return refusals.filter(({ steps }) => steps.some((key) => keys.has(key)));
}
