import { gatherEvidence } from '../guard/evidence.js';
import {
  countRemovals,
  type GuardInput,
  type GuardSettings,
  openRefusals,
  type Refusal,
  refuseMass,
  remediesFor,
} from '../guard/guards.js';
import { reducesAccess, removes } from '../guard/reductions.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { ACTION_OF, type GuardEvidence, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { nameOfStep, redeclaredName } from './owned-by-state.js';

/** So many things one error names. */
const NAMED = 10;
/** So many refusals of one run are errors of their own. Terraform takes long to print each with its place in the code. */
const TOLD = 100;
const GROWTH = 1.25;
/** Of so many removals, or so many times what Terraform asks at once, some that know of the others come in time. */
const IN_TIME = { removals: 30, times: 3 };

/** Whether anything in a change takes from somebody what he has. */
export function reducesAnyAccess(change: ResourceChange): boolean {
  return stepsOf({ resource_changes: [change] }).some(reducesAccess);
}

/**
 * The guards over a run that is told piece by piece: each loss is judged with everything that was told until then, and
 * everything after it that crosses the limit is refused as well.
 */
export class SessionGuard {
  private readonly changes = new Map<string, ResourceChange>();
  /** What stays, by name; like what was weighed, of all that was told until now. */
  private stays: Staying | undefined;
  private assessed: Promise<GuardInput> | undefined;
  /** Losses that went on before everything was told: who is judged next answers for them as well. */
  private readonly deferred: ResourceChange[] = [];
  /** What was answered as going, before everything was told. */
  private readonly answered: { readonly step: Step; readonly name: string }[] = [];
  private removals = 0;
  /** What this apply has removed, or is about to. */
  private removed: Step[] = [];
  private told = 0;
  private counted = 0;

  constructor(
    private readonly reader: TenantReader,
    private readonly settings: GuardSettings,
  ) {}

  /** Counts one piece, be it left as it is. Said again, it counts once. */
  track(change: ResourceChange): void {
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
    return this.withoutRedeclared(change) === undefined;
  }

  /** A change without what it takes away at one address and another has; undefined: all of it. */
  withoutRedeclared(change: ResourceChange): ResourceChange | undefined {
    return withoutKept(change, this.staying());
  }

  /** Edges that the removal of a set would take away, and that are declared at other addresses: by name. */
  redeclaredEdges({ delinea }: ResourceChange): string[] {
    if (!isGone(delinea)) return [];
    const kept = (delinea.edgeSteps ?? []).filter((part) => isKept(part, this.staying()));
    return kept.map((part) => nameOfStep(part)!);
  }

  /** Remembers what the plan of a removal was answered to take away. */
  recordPlanned({ delinea }: Pick<ResourceChange, 'delinea'>): void {
    this.removals++;
    for (const step of (delinea.edgeSteps ?? [delinea]).filter(isGone)) {
      const name = nameOfStep(step);
      if (name !== undefined) this.answered.push({ step, name });
    }
  }

  /** What was answered as going and turned out to be declared at another address. */
  redeclaredSince(): string[] {
    const kept = this.answered.filter(({ step, name }) => isKept(step, this.staying(), name));
    return kept.map(({ step, name }) => redeclaredName(step, name));
  }

  /**
   * An apply is told anew, and of removals only what their plans have kept: the fewer of them know of the others, the likelier
   * one is carried out before anybody says that it is declared elsewhere.
   * @param atOnce so many calls Terraform makes at once, as far as was seen
   * @throws DelineaError `stale_plan`
   */
  refuseLateRenames(atOnce: number): void {
    const { length } = this.redeclaredSince();
    if (length === 0 || this.removals <= Math.max(IN_TIME.removals, IN_TIME.times * atOnce)) return;
    throw new DelineaError(
      'stale_plan',
      `${length} of what leaves its address is declared at another, and Terraform had to be answered before that was told`,
      { hint: `Say in moved blocks what was renamed; or plan and apply with -parallelism=${this.changes.size + 10}.` },
    );
  }

  /** Leaves a loss to be judged with the next one. */
  defer(change: ResourceChange): void {
    this.deferred.push(change);
  }

  /**
   * Enforces the guards on a reduction that was recorded, and on those that were deferred.
   * @param mass whether the number of removals is checked too
   * @throws DelineaError `refused_by_guard` with every refusal that these changes cause
   */
  async enforce(change: ResourceChange, mass = true): Promise<void> {
    this.assessed ??= this.assess();
    const input = await this.assessed;
    const all = this.refusals(input).filter(({ guard }) => mass || guard !== 'mass removal');
    const open = this.causedBy([...this.deferred, change], input, all);
    if (open.length === 0) return;
    const isOnlyMass = open.every(({ guard }) => guard === 'mass removal');
    if (mass && isOnlyMass && this.isReportedEnough(countRemovals(input.steps))) return;
    const own = this.causedBy([change], input, all);
    const deferred = this.deferred.splice(0);
    const others = open.filter((refusal) => !own.includes(refusal));
    const messages = (refusals: readonly Refusal[]) =>
      listed(
        refusals.map(({ message }) => message),
        '; ',
      );
    const labels = listed(
      deferred.map(({ delinea }) => delinea.label),
      ', ',
    );
    const texts = [
      ...(own.length > 0 ? [messages(own)] : []),
      ...(others.length > 0 ? [`by ${labels}: ${messages(others)}`] : []),
    ];
    throw new DelineaError('refused_by_guard', texts.join('; '), { remedy: remediesFor(open, input.steps, true) });
  }

  /**
   * Counts the removals of a change that an apply is about to make. Terraform tells an apply only of what changes, so they
   * count against all live objects. Refused removals stay counted: the last such error has the total.
   * @returns the keys by which they can be uncounted
   * @throws DelineaError `refused_by_guard`
   */
  async enforceRemovals(change: ResourceChange): Promise<string[]> {
    this.removed.push(...removalsIn(change));
    const refusals = await this.massRemovals(change, this.removed);
    if (refusals.length === 0) return removalsIn(change).map(keyOf);
    const message = refusals.map((refusal) => refusal.message).join('; ');
    throw new DelineaError('refused_by_guard', message, { remedy: remediesFor(refusals, this.removed, true) });
  }

  /** Whether `enforceRemovals` would refuse a change that is not counted yet. */
  async wouldRefuse(change: ResourceChange): Promise<boolean> {
    return (await this.massRemovals(change, [...this.removed, ...removalsIn(change)])).length > 0;
  }

  /** Counts removals no longer: they did not happen, or another address has the objects. @param keys those of `ownedKey` */
  uncount(keys: readonly string[]): void {
    const restored = new Set(keys);
    this.removed = this.removed.filter((step) => !restored.has(keyOf(step)));
  }

  private async massRemovals(change: ResourceChange, removed: readonly Step[]): Promise<Refusal[]> {
    const allowed = this.settings.allowance.removals;
    if (allowed !== undefined && countRemovals(removed) <= allowed) return [];
    const kinds = [...new Set(removalsIn(change).map(({ kind }) => kind))].filter((kind) => !isEdge(resourceOf(kind)));
    const refusals = kinds.map(async (kind) => {
      const total = await this.reader.snapshot.view(kind).count();
      return refuseMass(resourceOf(kind).plural, removed.filter((step) => step.kind === kind).length, total);
    });
    return (await Promise.all(refusals)).flat();
  }

  /** Returns the refusals that would not exist without these changes. */
  private causedBy(changes: readonly ResourceChange[], input: GuardInput, refusals: readonly Refusal[]): Refusal[] {
    const keys = new Set(stepsOf({ resource_changes: changes }).map(({ key }) => key));
    const without = this.refusals({
      ...input,
      steps: input.steps.filter(({ key }) => !keys.has(key)),
      evidence: withoutSteps(input.evidence, keys),
    });
    const left = new Set(without.map(({ message }) => message));
    return refusals.filter(({ message }) => !left.has(message));
  }

  private forget(): void {
    this.stays = undefined;
    this.assessed = undefined;
  }

  private staying(): Staying {
    this.stays ??= stayingOf(stepsOf({ resource_changes: [...this.changes.values()] }));
    return this.stays;
  }

  /** A plan that was refused a hundred times is refused: after that, errors only show how the count grows. */
  private isReportedEnough(counted: number): boolean {
    this.told++;
    if (this.told > TOLD && counted < this.counted * GROWTH) return true;
    this.counted = counted;
    return false;
  }

  private refusals(input: GuardInput): Refusal[] {
    const counted = countRemovals(input.steps);
    const allowed = this.settings.allowance.removals;
    const removals = allowed !== undefined && counted <= allowed ? { removals: counted } : {};
    return openRefusals(input, this.settings, removals);
  }

  /** Returns the steps planned so far, without what another address declares. */
  steps(): readonly Step[] {
    const changes = [...this.changes.values()].flatMap((change) => this.withoutRedeclared(change) ?? []);
    return stepsOf({ resource_changes: changes });
  }

  private async assess(): Promise<GuardInput> {
    const steps = this.steps();
    const evidence = await gatherEvidence(this.reader, steps);
    const ids = steps.flatMap(({ before, id }) => [id, ...Object.values(before)].flat());
    return { steps, evidence, names: this.reader.translator.export(ids.filter((id) => typeof id === 'string')) };
  }
}

function removalsIn({ delinea }: ResourceChange): Step[] {
  return (delinea.edgeSteps ?? [delinea]).filter(removes);
}

function keyOf({ kind, id, before }: Step): string {
  return ownedKey(resourceOf(kind), id ?? '', before);
}

function listed(texts: readonly string[], between: string): string {
  const more = texts.length > NAMED ? ` and ${texts.length - NAMED} more` : '';
  return texts.slice(0, NAMED).join(between) + more;
}

function withoutSteps(evidence: GuardEvidence, keys: ReadonlySet<string>): GuardEvidence {
  return { ...evidence, orphans: evidence.orphans.filter(({ steps }) => !steps.some((key) => keys.has(key))) };
}

function withoutKept(change: ResourceChange, staying: Staying): ResourceChange | undefined {
  const { delinea } = change;
  if (isKept(delinea, staying)) return undefined;
  const parts = delinea.edgeSteps ?? [];
  const left = parts.filter((part) => !isKept(part, staying));
  if (!isGone(delinea) || left.length === parts.length) return change;
  return left.some(isGone) ? { ...change, delinea: { ...delinea, edgeSteps: left } } : undefined;
}

/** The ids of what stays by each name, as far as they are known: a name alone may be another's by now. */
type Staying = ReadonlyMap<string, ReadonlySet<string | undefined>>;

function stayingOf(steps: readonly Step[]): Staying {
  const staying = new Map<string, Set<string | undefined>>();
  for (const step of steps) {
    const name = isGone(step) ? undefined : nameOfStep(step);
    if (name !== undefined) staying.set(name, (staying.get(name) ?? new Set()).add(step.id));
  }
  return staying;
}

/** Whether what a step takes away is declared elsewhere. An edge is told by its ends: a changed right may change its id. */
function isKept(step: Step, staying: Staying, name = isGone(step) ? nameOfStep(step) : undefined): boolean {
  const ids = name === undefined ? undefined : staying.get(name);
  return ids !== undefined && (isEdge(resourceOf(step.kind)) || ids.has(step.id) || ids.has(undefined));
}

function isGone({ operation }: Step): boolean {
  return ACTION_OF[operation] === 'delete';
}
