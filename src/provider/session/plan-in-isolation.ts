import type { Declaration } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { type Finding, findingToError, type ResourceChange } from '../model/plan.js';
import { pick } from '../model/values.js';
import { retiredScopes } from '../plan/authoritative-sets.js';
import { unchangedEntry } from '../plan/build-entry.js';
import { collapseSets } from '../plan/collapse-sets.js';
import { errorFindings, openPlanContext, planChanges } from '../plan/plan-changes.js';
import type { PlanContext } from '../plan/plan-context.js';
import { homeValues } from '../read/home-values.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { labelOf } from '../resources/label.js';
import { addressOf, type InstanceState, type ResourceInstance } from './instance.js';

/** The plan of one instance. */
export interface InstancePlan {
  readonly change: ResourceChange;
  readonly findings: readonly Finding[];
  /** The live object as it was read; undefined for an authoritative set, whose edges are in the change. */
  readonly live: InstanceState | undefined;
  /** Keys of the containers that the instance declares as retired. */
  readonly retired: readonly string[];
}

/**
 * Plans one instance alone, like a stack with one declaration.
 * @param owned the owned objects of its state
 * @param reactivate accounts that this session has disabled itself, so that they need no consent
 * @throws DelineaError the first error of the instance or of an edge of its set; DelineaErrors for attributes that no
 * surface serves, and if several reads failed
 */
export async function planInIsolation(
  reader: TenantReader,
  instance: ResourceInstance,
  owned: readonly OwnedObject[],
  reactivate: readonly string[] = [],
): Promise<InstancePlan> {
  const { resource, declared, state, privateState, deletedOutOfBand } = instance;
  const address = addressOf(instance, declared ?? state ?? {});
  const declaration: Declaration | undefined = declared && {
    address,
    kind: resource.type,
    values: pick(
      declared,
      resource.attributes.filter(({ computed }) => !computed).map(({ name }) => name),
    ),
    lookup: false,
    dependsOn: [],
    preventDestroy: false,
    // Before the unknown elements are known, live members do not decide about an adoption: the apply compares the list.
    ignoreChanges: owned.length === 0 && declared.adopt !== 'always' ? (instance.partlyUnknown ?? []) : [],
  };
  const entries = [...(deletedOutOfBand ? [deletedOutOfBand] : []), ...owned].map((entry) => ({ ...entry, address }));
  const context = openPlanContext(
    reader,
    {
      stack: '',
      declarations: declaration ? [declaration] : [],
      owned: entries,
      setScope: resource.authoritativeFor && state ? String(state.id) : undefined,
      reactivate,
      usedConsents: entries.flatMap(({ kind, id, key }) =>
        (privateState?.usedConsents ?? []).map((consent) => ({ kind, id, key, consent })),
      ),
    },
    declaration ? [declaration] : [],
    entries,
  );
  await planChanges(context, entries, async () => undefined);
  collapseSets(context);
  refuseErrors(context);
  const change = context.changes.find(({ deposed }) => deposed === undefined);
  if (!change && resource.authoritativeFor && !declared) return emptySet(reader, instance, address);
  if (!change) throw new DelineaError('rejected', `internal error: no plan for ${address}`);
  const { findings } = context;
  return { change, findings, live: await liveIn(context, address), retired: retiredScopes(context) };
}

/** Plans the removal of an authoritative set without edges: nothing is revoked. */
function emptySet({ tenant }: TenantReader, { resource, state = {} }: ResourceInstance, address: string): InstancePlan {
  const none = unchangedEntry(resource.type, address, {}, tenant.home(resource.type).name);
  const label = labelOf(resource.type, state, String);
  const change = { ...none, delinea: { ...none.delinea, label, edgeSteps: [] } };
  return { change, findings: [], live: undefined, retired: [] };
}

function refuseErrors(context: PlanContext): void {
  const errors = [...errorFindings(context), ...context.findings.filter(({ level }) => level === 'error')];
  // The elements of a set with an error are skipped because of it.
  const first = errors.find(({ code }) => code !== 'skipped') ?? errors[0];
  if (!first) return;
  throw findingToError(first);
}

async function liveIn(context: PlanContext, address: string): Promise<InstancePlan['live']> {
  const match = context.matches.get(address);
  if (!match?.live) return undefined;
  const { live, resource } = match;
  const values = isEdge(resource) ? live.values : await homeValues(context, resource.type, live);
  return { id: live.id, values };
}
