import type { Collection } from '../api/collection.js';
import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Step } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { notVisible } from '../read/id-translator.js';
import { resourceOf } from '../resources/index.js';
import type { ApplyContext, LogEvent } from './apply-context.js';

/** A step with its values in the ids of the surface that it writes to. */
export interface SurfaceStep {
  readonly step: Step;
  readonly collection: Collection;
  readonly desired: Values;
  readonly before: Values;
  /** The natural key in ids of the surface. */
  readonly key: Values;
  /** The natural key in home ids, for the ledger. */
  readonly homeKey: Values;
  /** The declared values in home ids. */
  readonly home: Values;
}

/** A surface step that is being applied: its context, and its entries in log and ledger. */
export interface RunningStep extends SurfaceStep {
  readonly context: ApplyContext;
  log(event: Pick<LogEvent, 'outcome'> & Partial<LogEvent>): Promise<void>;
  /** Records the live object as managed. @param members by default those that are declared */
  record(live: Pick<RemoteObject, 'id' | 'values'>, members?: OwnedObject['managedMembers']): Promise<void>;
}

/**
 * Translates a step to the ids of its surface. Waits until objects that were just created are visible there.
 * @throws DelineaError `skipped` when a referenced object was not created or does not become visible
 */
export async function toSurfaceStep(context: ApplyContext, step: Step): Promise<SurfaceStep> {
  const collection = context.tenant.collection(step.kind);
  const { key } = collection.resource;
  const home = homeIds(context, step.desired);
  const homeKey = pick({ ...step.before, ...home }, key);
  const desired = await surfaceValues(context, step, home);
  const before = await surfaceValues(context, step, step.before);
  return { step, collection, desired, before, home, homeKey, key: pick({ ...before, ...desired }, key) };
}

function homeIds(context: ApplyContext, desired: Values): Values {
  const toId = (value: unknown): unknown => {
    if (!isReference(value)) return value;
    const id = context.ids.get(value.ref);
    if (id === undefined) throw new DelineaError('skipped', `not attempted, because ${value.ref} does not exist`);
    return id;
  };
  return Object.fromEntries(
    Object.entries(desired).map(([name, value]) => [name, Array.isArray(value) ? value.map(toId) : toId(value)]),
  );
}

async function surfaceValues(
  { tenant, translator, visible }: ApplyContext,
  step: Step,
  values: Values,
): Promise<Values> {
  const { resource, surface } = tenant.collection(step.kind);
  const entries = Object.entries(values).map(async ([name, value]) => {
    const { refersTo, refersBy } = attributeOf(resource, name);
    const byName = refersTo.every((kind) => resourceOf(kind).referredBy !== undefined);
    if (refersTo.length === 0 || byName || value === '' || value === null) return [name, value] as const;
    const given = refersBy === undefined ? undefined : String(values[refersBy] ?? step.before[refersBy]);
    const toSurfaceId = async (home: unknown) => {
      const id = String(home);
      const kind = given ?? translator.kindOf(refersTo, id) ?? refersTo[0]!;
      return visible(
        () => translator.toSurface(kind, id, surface, true),
        () => notVisible(kind, translator.nameOf([kind], id) ?? id, surface),
      );
    };
    return [name, Array.isArray(value) ? await Promise.all(value.map(toSurfaceId)) : await toSurfaceId(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Returns the natural key for the ledger: references in home ids, names as they are live. */
export function homeKeyOf({ collection, homeKey }: SurfaceStep, live: Values): Values {
  const { resource } = collection;
  const names = resource.key.map((name) => [
    name,
    attributeOf(resource, name).refersTo.length > 0 ? homeKey[name] : (live[name] ?? homeKey[name]),
  ]);
  return Object.fromEntries(names);
}
