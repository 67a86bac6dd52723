import { DelineaError } from '../model/errors.js';
import type { Holding } from '../model/holding.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { ACTION_OF, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import { principalKey } from '../model/principal.js';
import { principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { nameOfStep, namesOfStep, redeclaredName } from './owned-by-state.js';

/** With at most this many removals, or this many times the parallelism, one is planned late enough to see the renames. */
const SEES_RENAMES = { removals: 30, timesParallelism: 3 };

/**
 * Tracks the changes of a session, including unchanged instances, and finds removed objects that other addresses
 * declare: Terraform sends a renamed address as a removal and a creation.
 */
export class SessionChanges {
  private readonly changes = new Map<string, ResourceChange>();
  /** Removals that were planned before every declaration was known. */
  private readonly plannedRemovals: { readonly step: Step; readonly name: string }[] = [];
  /** Keys of the objects that this run imports, as `ownedKey` returns them. */
  private readonly imported = new Set<string>();
  /** Keys of the containers that code declares as retired. */
  private readonly retired = new Set<string>();
  private readonly earlierLosses = new Map<string, Holding>();
  private removals = 0;
  private cachedSteps: readonly Step[] | undefined;
  private cachedKept: KeptIds | undefined;

  get size(): number {
    return this.changes.size;
  }

  /** Adds a change, or replaces the earlier one of the same instance. */
  track(change: ResourceChange): void {
    this.changes.set(change.delinea.key, change);
    this.clearCache();
  }

  /** Records containers that code declares as retired, by key. */
  retire(keys: readonly string[]): void {
    for (const key of keys) this.retired.add(key);
    if (keys.length > 0) this.clearCache();
  }

  get retiredScopes(): readonly string[] {
    return [...this.retired];
  }

  /** Records the losses of earlier runs of the last 24 hours, from the private state of an instance. */
  remember(losses: readonly { readonly lost: Holding }[]): void {
    for (const { lost } of losses) this.earlierLosses.set(lost.key, lost);
    if (losses.length > 0) this.clearCache();
  }

  get earlier(): readonly Holding[] {
    return [...this.earlierLosses.values()];
  }

  /** Records an object that the run imports, so that its instance has a state although it was not managed before. */
  markImported(key: string): void {
    this.imported.add(key);
    this.clearCache();
  }

  /** Removes a change that does not happen, or that happens at another address. */
  drop(change: ResourceChange): void {
    this.changes.delete(change.delinea.key);
    this.clearCache();
  }

  /**
   * Returns the steps so far without removals of objects that other addresses declare. Returns the same array until a
   * change is added.
   */
  steps(): readonly Step[] {
    const changes = () => [...this.changes.values()].flatMap((change) => this.withoutRedeclared(change) ?? []);
    const isImported = (step: Step) =>
      this.imported.has(ownedKey(resourceOf(step.kind), step.id ?? '', { ...step.desired, ...step.before }));
    this.cachedSteps ??= stepsOf({ resource_changes: changes() }).map((step) =>
      isImported(step) ? { ...step, unmanaged: true } : step,
    );
    return this.cachedSteps;
  }

  /** Returns whether another address declares everything that a change removes. */
  isRenamed(change: ResourceChange): boolean {
    return this.withoutRedeclared(change) === undefined;
  }

  /**
   * Returns the kinds of the resources that declare again what a change removes, or that remove what it declares. An
   * authoritative set has another kind than a single edge.
   */
  kindsElsewhere({ delinea }: ResourceChange): string[] {
    const namesIn = (step: Step) => (step.edgeSteps ?? [step]).flatMap(namesOfStep);
    const names = new Set(namesIn(delinea));
    const steps = [...this.changes.values()].map((change) => change.delinea);
    const leaves = (step: Step) => isDeletion(step) || step.operation === 'forget';
    const others = steps.filter((step) => leaves(step) !== leaves(delinea));
    return others.filter((step) => namesIn(step).some((name) => names.has(name))).map(({ kind }) => kind);
  }

  /**
   * Returns the removals, declared again at another address, of the users and groups whose edges a change removes. Their
   * new edges are planned before their id is known, so they do not show that the edges stay.
   */
  renamedPrincipals({ delinea }: ResourceChange): Step[] {
    const principals = (delinea.edgeSteps ?? [delinea]).flatMap((step) => principalOf(step.kind, step.before) ?? []);
    const keys = new Set(principals.map(principalKey));
    const steps = [...this.changes.values()].map((change) => change.delinea);
    return steps.filter(
      (step) => keys.has(principalKey({ kind: step.kind, id: step.id ?? '' })) && isDeletion(step) && this.isKept(step),
    );
  }

  /** Returns a change without the removals of objects that other addresses declare; undefined if nothing remains. */
  withoutRedeclared(change: ResourceChange): ResourceChange | undefined {
    const { delinea } = change;
    if (this.isKept(delinea)) return undefined;
    const edges = delinea.edgeSteps ?? [];
    const left = edges.filter((edge) => !this.isKept(edge));
    if (!isDeletion(delinea) || left.length === edges.length) return change;
    return left.some(isDeletion) ? { ...change, delinea: { ...delinea, edgeSteps: left } } : undefined;
  }

  /** Returns the names of the edges of a removed set that other addresses declare. */
  redeclaredEdges({ delinea }: ResourceChange): string[] {
    if (!isDeletion(delinea)) return [];
    return (delinea.edgeSteps ?? []).filter((edge) => this.isKept(edge)).map((edge) => nameOfStep(edge)!);
  }

  /** Records the removals of a planned change: Terraform does not ask for their plan again. */
  recordPlannedRemoval({ delinea }: Pick<ResourceChange, 'delinea'>): void {
    this.removals++;
    for (const step of (delinea.edgeSteps ?? [delinea]).filter(isDeletion)) {
      const name = nameOfStep(step);
      if (name !== undefined) this.plannedRemovals.push({ step, name });
    }
  }

  /** Returns the planned removals that turned out to be declared at other addresses. */
  redeclaredSince(): string[] {
    const kept = this.plannedRemovals.filter(({ step, name }) => this.isKept(step, name));
    return kept.map(({ step, name }) => redeclaredName(step, name));
  }

  /**
   * Refuses a plan whose apply may remove an object that another address declares. An apply knows only what was
   * recorded when each removal was planned. The fewer of these plans know of the renames, the more likely a removal
   * runs before the apply learns of them.
   * @param parallelism the number of requests that Terraform sends at once, as observed
   * @throws DelineaError `stale_plan`
   */
  refuseLateRenames(parallelism: number, resource: string): void {
    const { length } = this.redeclaredSince();
    const { removals, timesParallelism } = SEES_RENAMES;
    if (length === 0 || this.removals <= Math.max(removals, timesParallelism * parallelism)) return;
    throw new DelineaError(
      'stale_plan',
      `${length} removed resources are declared again at other addresses, which Terraform planned later`,
      {
        remedy: [
          { kind: 'moved', resource },
          { kind: 'parallelism', above: this.size },
        ],
      },
    );
  }

  /**
   * Returns whether another address declares the object that a step removes. Edges compare by principal and scope,
   * because a changed right may change their id.
   */
  private isKept(step: Step, name = isDeletion(step) ? nameOfStep(step) : undefined): boolean {
    this.cachedKept ??= keptIds(stepsOf({ resource_changes: [...this.changes.values()] }));
    const ids = name === undefined ? undefined : this.cachedKept.get(name);
    return ids !== undefined && (isEdge(resourceOf(step.kind)) || ids.has(step.id) || ids.has(undefined));
  }

  private clearCache(): void {
    this.cachedSteps = undefined;
    this.cachedKept = undefined;
  }
}

/** The known ids of the objects that are kept, by name: another object may have taken the name since. */
type KeptIds = ReadonlyMap<string, ReadonlySet<string | undefined>>;

function keptIds(steps: readonly Step[]): KeptIds {
  const kept = new Map<string, Set<string | undefined>>();
  for (const step of steps) {
    const names = isDeletion(step) ? [] : namesOfStep(step);
    for (const name of names) kept.set(name, (kept.get(name) ?? new Set()).add(step.id));
  }
  return kept;
}

function isDeletion({ operation }: Step): boolean {
  return ACTION_OF[operation] === 'delete';
}
