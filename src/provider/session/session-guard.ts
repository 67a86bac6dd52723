import { gatherEvidence } from '../guard/evidence.js';
import { countRemovals, type GuardSettings, openRefusals, type Refusal } from '../guard/guards.js';
import { reducesAccess } from '../guard/reductions.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { ACTION_OF, type GuardEvidence, type Plan, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
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
  private weighed: Promise<Plan> | undefined;
  /** Losses that went on before everything was told: who is judged next answers for them as well. */
  private readonly owed: ResourceChange[] = [];
  /** What was answered as going, before everything was told. */
  private readonly answered: { readonly step: Step; readonly name: string }[] = [];
  private removals = 0;
  private told = 0;
  private counted = 0;

  constructor(
    private readonly reading: TenantReader,
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
    this.owed.push(change);
  }

  /**
   * Judges a loss that was noted, and those that are owed.
   * @param mass whether so many may go at all is judged too
   * @throws DelineaError `refused_by_guard` with everything that these changes are the cause of
   */
  async enforce(change: ResourceChange, mass = true): Promise<void> {
    this.weighed ??= this.weigh();
    const plan = await this.weighed;
    const isMeant = ({ guard }: Refusal) => mass || guard !== 'mass removal';
    const all = this.refusals(plan).filter(isMeant);
    const open = this.causedBy([...this.owed, change], plan, all);
    if (open.length === 0) return;
    if (mass && open.every(({ guard }) => guard === 'mass removal') && this.isToldEnough(countRemovals(plan))) return;
    const own = this.causedBy([change], plan, all);
    const owing = this.owed.splice(0);
    const told = (refusals: readonly Refusal[]) =>
      listed(
        refusals.map(({ message }) => message),
        '; ',
      );
    const others = open.filter((refusal) => !own.includes(refusal));
    const said = [
      ...(own.length > 0 ? [told(own)] : []),
      ...(others.length > 0
        ? [
            `by ${listed(
              owing.map(({ delinea }) => delinea.label),
              ', ',
            )}: ${told(others)}`,
          ]
        : []),
    ];
    throw new DelineaError('refused_by_guard', said.join('; '), {
      hint: `If that is meant, say so on the provider, for one run: ${liftsOf(open, plan).join(', ')}.`,
    });
  }

  /** The refusals that there would not be without some changes. */
  private causedBy(changes: readonly ResourceChange[], plan: Plan, refusals: readonly Refusal[]): Refusal[] {
    const addresses = new Set(changes.map(({ delinea }) => delinea.key));
    const keys = new Set(stepsOf({ resource_changes: changes }).map(({ key }) => key));
    const without = this.refusals({
      ...plan,
      resource_changes: plan.resource_changes.filter(({ delinea }) => !addresses.has(delinea.key)),
      delinea: { ...plan.delinea, evidence: withoutSteps(plan.delinea.evidence, keys) },
    });
    const left = new Set(without.map(({ message }) => message));
    return refusals.filter(({ message }) => !left.has(message));
  }

  private forget(): void {
    this.stays = undefined;
    this.weighed = undefined;
  }

  private staying(): Staying {
    this.stays ??= stayingOf(stepsOf({ resource_changes: [...this.changes.values()] }));
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
    const changes = [...this.changes.values()].flatMap((change) => this.withoutRedeclared(change) ?? []);
    const evidence = await gatherEvidence(this.reading, stepsOf({ resource_changes: changes }));
    const ids = changes.flatMap((change) =>
      stepsOf({ resource_changes: [change] }).flatMap(({ before, id }) => [id, ...Object.values(before)].flat()),
    );
    const known = this.reading.translator.export(ids.filter((id): id is string => typeof id === 'string'));
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
