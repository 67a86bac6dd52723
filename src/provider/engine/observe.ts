import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection } from '../api/collection.js';
import { DelineaError } from '../errors.js';
import { attributeOf, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import type { Applying } from './applying.js';
import { isReference } from './declaration.js';
import { diff, isPending, keyText } from './diff.js';
import type { Step } from './format.js';
import { notShowing } from './identity.js';
import { isEdge } from './planning.js';

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
export async function onSurface(applying: Applying, step: Step): Promise<SurfaceStep> {
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

function homeIds(applying: Applying, desired: Values): Values {
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

async function surfaceValues(applying: Applying, step: Step, values: Values): Promise<Values> {
  const { resource, surface } = applying.tenant.collection(step.kind);
  const entries = Object.entries(values).map(async ([name, value]) => {
    const attribute = attributeOf(resource, name);
    const named = attribute.refersTo.every((kind) => resourceOf(kind).referredBy !== undefined);
    if (attribute.refersTo.length === 0 || named || value === '' || value === null || isPending(value))
      return [name, value] as const;
    const by =
      attribute.refersBy === undefined
        ? undefined
        : String(values[attribute.refersBy] ?? step.before[attribute.refersBy]);
    const one = async (id: unknown) => {
      const kind = by ?? applying.identity.kindOf(String(id)) ?? attribute.refersTo[0]!;
      return applying.visible(
        () => applying.identity.toSurface(kind, String(id), surface, true),
        () => {
          return notShowing(kind, applying.identity.nameOf(String(id)) ?? String(id), surface);
        },
      );
    };
    return [name, Array.isArray(value) ? await Promise.all(value.map(one)) : await one(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The live object of a step, read now: by id where it has one that lasts, else by its natural key. */
export async function observe({ step, collection, key }: SurfaceStep, id = step.id): Promise<Live | undefined> {
  const { resource } = collection;
  if (id !== undefined && !isEdge(resource)) return collection.get(id);
  const found = (await (collection.find(key) ?? collection.list())).filter(
    (live) => keyText(resource, live.values) === keyText(resource, key),
  );
  // Of an edge that is there twice each is taken away by itself.
  const mine = step.operation === 'revoke' && found.find((live) => live.id === step.id);
  if (mine) return mine;
  if (found.length > 1) {
    const ids = found.map((live) => live.id).join(', ');
    throw new DelineaError('ambiguous', `${found.length} ${resource.plural} answer to this name: ${ids}`, {
      hint: 'Remove all but one in the tenant, then apply again.',
    });
  }
  // A list or a filter may bring less than the object: what is compared is the object itself.
  return found[0] && collection.surface.leanLists && !isEdge(resource) ? collection.get(found[0].id) : found[0];
}

/**
 * Reads back until the object is as wanted. The answer that counts is this read, not the 2xx of the write.
 * @throws DelineaError `not_converged`, naming the attributes that did not take.
 */
export async function readBack(applying: Applying, on: SurfaceStep, wanted: Values, id?: string): Promise<Live> {
  let last: Live | undefined;
  const check = async () => {
    last = await observe(on, id);
    return last && diff(on.collection.resource, wanted, last.values).length === 0 ? last : undefined;
  };
  return applying.visible(check, () => {
    const open = last ? diff(on.collection.resource, wanted, last.values).map(({ attribute }) => attribute) : [];
    const what = last ? `${open.join(', ')} did not take` : 'it does not show';
    return new DelineaError('not_converged', `written, but reading back ${what}`, {
      hint: 'Plan again: what is live counts.',
    });
  });
}

/** Reads back until the object is gone; another edge between the same ends is not the same. */
export async function readBackGone(applying: Applying, on: SurfaceStep, id: string): Promise<void> {
  await applying.visible(
    async () => ((await observe(on))?.id === id ? undefined : true),
    () => new DelineaError('not_converged', 'removed, but reading back it is still there', { hint: 'Plan again.' }),
  );
}

/** Asks until there is an answer, with growing pauses, for as long as a change may take to show. */
export async function poll<T>(
  forMs: number,
  ask: () => Promise<T | undefined>,
  otherwise: () => DelineaError,
): Promise<T> {
  const end = Date.now() + forMs;
  for (let pause = 100; ; pause = Math.min(2_000, pause * 2)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() + pause > end) throw otherwise();
    await sleep(pause);
  }
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
