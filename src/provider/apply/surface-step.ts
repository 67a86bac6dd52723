import type { Collection } from '../api/collection.js';
import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import type { Step } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { notVisible } from '../read/id-translator.js';
import { resourceOf } from '../resources/index.js';
import type { ApplyContext } from './apply-context.js';

/** What a step wants or saw, in the ids of the surface it writes to. */
export interface SurfaceStep {
  readonly step: Step;
  readonly collection: Collection;
  readonly desired: Values;
  readonly before: Values;
  /** The natural key in ids of the surface. */
  readonly key: Values;
  /** The natural key in home ids, for the ledger. */
  readonly homeKey: Values;
  /** What is declared, in home ids. */
  readonly home: Values;
}

/** Translates a step to its surface, waiting for objects that were created a moment ago to show there. */
export async function toSurfaceStep(applying: ApplyContext, step: Step): Promise<SurfaceStep> {
  const collection = applying.tenant.collection(step.kind);
  const { resource } = collection;
  const home = homeIds(applying, step.desired);
  const homeKey = pickKey(resource.key, { ...step.before, ...home });
  const desired = await surfaceValues(applying, step, home);
  const before = await surfaceValues(applying, step, step.before);
  return { step, collection, desired, before, home, homeKey, key: pickKey(resource.key, { ...before, ...desired }) };
}

function pickKey(key: readonly string[], values: Values): Values {
  return Object.fromEntries(key.map((name) => [name, values[name]]));
}

function homeIds(applying: ApplyContext, desired: Values): Values {
  const one = (value: unknown): unknown => {
    if (!isReference(value)) return value;
    const id = applying.ids.get(value.ref);
    if (id === undefined) throw new DelineaError('skipped', `not attempted, because ${value.ref} is not there`);
    return id;
  };
  return Object.fromEntries(
    Object.entries(desired).map(([name, value]) => [name, Array.isArray(value) ? value.map(one) : one(value)]),
  );
}

async function surfaceValues(applying: ApplyContext, step: Step, values: Values): Promise<Values> {
  const { resource, surface } = applying.tenant.collection(step.kind);
  const entries = Object.entries(values).map(async ([name, value]) => {
    const attribute = attributeOf(resource, name);
    const named = attribute.refersTo.every((kind) => resourceOf(kind).referredBy !== undefined);
    if (attribute.refersTo.length === 0 || named || value === '' || value === null) return [name, value] as const;
    const by =
      attribute.refersBy === undefined
        ? undefined
        : String(values[attribute.refersBy] ?? step.before[attribute.refersBy]);
    const one = async (id: unknown) => {
      const kind = by ?? applying.translator.kindOf(String(id)) ?? attribute.refersTo[0]!;
      return applying.visible(
        () => applying.translator.toSurface(kind, String(id), surface, true),
        () => {
          return notVisible(kind, applying.translator.nameOf(String(id)) ?? String(id), surface);
        },
      );
    };
    return [name, Array.isArray(value) ? await Promise.all(value.map(one)) : await one(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The natural key for the ledger: ids of home surfaces, names as they are live. */
export function homeKeyOf({ collection, homeKey }: SurfaceStep, live: Values): Values {
  const { resource } = collection;
  const names = resource.key.map((name) => [
    name,
    attributeOf(resource, name).refersTo.length > 0 ? homeKey[name] : (live[name] ?? homeKey[name]),
  ]);
  return Object.fromEntries(names);
}
