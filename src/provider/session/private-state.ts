import * as z from 'zod';
import { holdingSchema, oneDayBefore } from '../model/holding.js';
import { isEdge } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { declaredMembers } from '../read/to-owned-object.js';
import { scopeIdOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

const strings = z.array(z.string()).readonly();
const stringsByName = z.record(z.string(), strings).readonly();
const values = z.record(z.string(), z.unknown()).readonly();

const planMarksSchema = z.object({
  /** Another address declares the object: the removal at this address removes nothing. */
  redeclared: z.boolean().optional(),
  /** There was nothing to remove: the object was deleted or inactive, or is to be retained. */
  forgets: z.boolean().optional(),
  /** The object when its removal was planned, or the edges of a set: Terraform passes on the state before the refresh. */
  seen: values.optional(),
  /** Names of the edges of a removed set that other addresses declare. They are kept. */
  kept: strings.optional(),
  /** Earlier planned removals whose objects turned out to be declared at other addresses. */
  redeclaredElsewhere: strings.optional(),
  /** The tenant with its hosts and the accounts of the plan (`Settings.target`). */
  tenant: z.string().optional(),
  /** The tenant was not known, so no guard has checked what is removed. Set by a read, too. */
  unchecked: z.boolean().optional(),
  /** The allowances of the plan, which its apply must have too. Set by a read, too. */
  allowances: z
    .object({ removals: z.number().optional(), principals: strings.optional(), orphans: strings.optional() })
    .optional(),
});

const privateStateSchema = z.object({
  /** The name at the last apply. A refresh puts the live one into the state. */
  name: z.string().optional(),
  /** As in `OwnedObject`. */
  correlation: z.string().optional(),
  /** As in `OwnedObject`. */
  managedMembers: stringsByName.optional(),
  /** Consents that were used for this account: each works once. */
  usedConsents: strings.optional(),
  /** The id of an edge's scope, because another scope may have taken its name since. */
  scopeId: z.string().optional(),
  /** By kind, the surface whose ids the state holds: another surface may give the same id to another object. */
  homes: z.record(z.string(), z.string()).readonly().optional(),
  /** The API confirmed the creation, but no read has shown the object yet. Its absence does not prove a deletion. */
  neverVisible: z.boolean().optional(),
  /**
   * Attributes that an import found unset. The state has them as empty although they are not declared. If a list omits
   * them, reading each object only for them is not worth its cost.
   */
  unset: strings.optional(),
  /** The losses of earlier applies without an allowance, and their times (ISO 8601). The limits count them for a day. */
  losses: z
    .array(z.object({ at: z.iso.datetime(), lost: holdingSchema }))
    .readonly()
    .optional(),
  /** The outcome of planning a removal, for its apply. Every plan replaces it. */
  planned: planMarksSchema.optional(),
});

/**
 * The part of an `OwnedObject` that the attributes of a state lack, and data that only Terraform runs need. Contains no
 * secrets.
 */
export type PrivateState = Readonly<z.infer<typeof privateStateSchema>>;

/** The part of a plan that its apply knows. Changes other than removals are planned again by the apply. */
export type PlanMarks = Readonly<z.infer<typeof planMarksSchema>>;

/** An instance with its earlier private state. */
interface StateWithPrivate {
  readonly resource: Resource;
  readonly state?: Values | undefined;
  readonly privateState?: PrivateState | undefined;
}

/** Reads private state from JSON. Returns empty private state for text that this version did not write. */
export function readPrivateState(text: string): PrivateState {
  try {
    return privateStateSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** Returns the losses of the last 24 hours. */
export function recentLosses({ losses = [] }: PrivateState = {}): NonNullable<PrivateState['losses']> {
  const since = oneDayBefore();
  return losses.filter(({ at }) => at > since);
}

/** Returns the private state of an instance after a step, for the next run. */
export function privateStateAfter(
  reader: TenantReader,
  { resource, privateState = {} }: StateWithPrivate,
  { correlation, reactivated, before, desired }: Pick<Step, 'correlation' | 'reactivated' | 'before' | 'desired'>,
): PrivateState {
  const { [resource.key[0]!]: name } = { ...before, ...desired };
  const used = new Set([...(privateState.usedConsents ?? []), ...(reactivated === undefined ? [] : [reactivated])]);
  return {
    name: isEdge(resource) || resource.authoritativeFor ? undefined : (name as string | undefined),
    correlation,
    managedMembers: declaredMembers(resource, desired),
    usedConsents: [...used].sort(),
    scopeId: scopeIdOf(resource, { ...before, ...desired }),
    homes: homesOf(reader, resource),
    unset: (privateState.unset ?? []).filter((name) => !(name in desired)),
  };
}

/** Returns the attributes that the state has as empty only because an import found them unset. */
export function assumedEmpty({ state = {}, privateState = {} }: StateWithPrivate): string[] {
  return (privateState.unset ?? []).filter((name) => isCleared(state[name]));
}

/** Returns the attributes without a value in a fully read object. */
export function unsetIn({ attributes }: Resource, live: Values): string[] {
  return attributes.filter(({ name, setting }) => !setting && (live[name] ?? null) === null).map(({ name }) => name);
}

/** Returns the surfaces whose ids the state of a kind holds: its own, and those of the kinds it refers to. */
function homesOf({ tenant }: TenantReader, { type, attributes, authoritativeFor }: Resource): Record<string, string> {
  const referring = authoritativeFor ? resourceOf(authoritativeFor.edge).attributes : attributes;
  const kinds = [...(authoritativeFor ? [] : [type]), ...referring.flatMap(({ refersTo }) => refersTo)];
  const withIds = kinds.filter((kind) => resourceOf(kind).referredBy === undefined);
  return Object.fromEntries(withIds.map((kind) => [kind, tenant.home(kind).name]));
}
