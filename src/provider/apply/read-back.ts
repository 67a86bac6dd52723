import { setTimeout as sleep } from 'node:timers/promises';
import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText } from '../model/keys.js';
import type { Values } from '../model/values.js';
import { type RemoteObject, requireParts } from '../model/wire.js';
import type { ApplyContext } from './apply-context.js';
import type { SurfaceStep } from './surface-step.js';

/** The live object of a step, read now: by id where it has one that lasts, else by its natural key. */
export async function observe(on: SurfaceStep, id = on.step.id): Promise<RemoteObject | undefined> {
  const { step, collection, desired } = on;
  const live = await find(on, id);
  if (live) requireParts(collection.wire, live, Object.keys(desired), step.label);
  return live;
}

async function find({ step, collection, key }: SurfaceStep, id: string | undefined): Promise<RemoteObject | undefined> {
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
  return found[0] && collection.surface.partialLists && !isEdge(resource) ? collection.get(found[0].id) : found[0];
}

/**
 * Reads back until the object is as wanted. The answer that counts is this read, not the 2xx of the write.
 * @throws DelineaError `not_converged`, naming the attributes that did not take.
 */
export async function readBack(
  applying: ApplyContext,
  on: SurfaceStep,
  wanted: Values,
  id?: string,
): Promise<RemoteObject> {
  let last: RemoteObject | undefined;
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
export async function readBackGone(applying: ApplyContext, on: SurfaceStep, id: string): Promise<void> {
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
