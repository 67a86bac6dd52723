import { diff, differingNames } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, ownNames } from '../model/keys.js';
import { pick, type Values } from '../model/values.js';
import { isPart, type RemoteObject, requireParts } from '../model/wire.js';
import type { RunningStep, SurfaceStep } from './surface-step.js';

/**
 * Reads the live object of a step: by id if the id is stable, otherwise by its natural key.
 * @throws DelineaError `ambiguous` when several objects have the key, `incomplete_response` when a list of the
 * declaration was not read
 */
export async function observe(run: SurfaceStep, id = run.step.id): Promise<RemoteObject | undefined> {
  const live = await find(run, id);
  if (live) requireParts(run.collection.wire, live, Object.keys(run.desired), run.step.label);
  return live;
}

async function find(
  { step, collection, key, desired }: SurfaceStep,
  id: string | undefined,
): Promise<RemoteObject | undefined> {
  const { resource, surface, wire } = collection;
  if (id !== undefined && !isEdge(resource)) return collection.get(id);
  const found = (await (collection.find(pick(key, ownNames(resource))) ?? collection.list())).filter(
    (live) => keyText(resource, live.values) === keyText(resource, key),
  );
  // Duplicates of an edge are revoked one by one.
  const revoked = step.operation === 'revoke' && found.find((live) => live.id === step.id);
  if (revoked) return revoked;
  if (found.length > 1) {
    const ids = found.map((live) => live.id).join(', ');
    throw new DelineaError('ambiguous', `${found.length} ${resource.plural} have the same name; their ids: ${ids}`, {
      hint: 'Remove all but one in the tenant, then apply again.',
    });
  }
  // A list or filter may return only part of the attributes.
  const isPartial = surface.partialLists || Object.keys(desired).some((name) => isPart(wire, name, desired));
  return found[0] && isPartial && !isEdge(resource) ? collection.get(found[0].id) : found[0];
}

/**
 * Reads until the object is as wanted: a write has succeeded only when a read shows it, even if its response was 2xx.
 * @throws DelineaError `not_converged`, naming the attributes that are still different
 */
export async function readBack(run: RunningStep, wanted: Values, id?: string): Promise<RemoteObject> {
  const { resource } = run.collection;
  let last: RemoteObject | undefined;
  const check = async () => {
    last = await observe(run, id);
    return last && diff(resource, wanted, last.values).length === 0 ? last : undefined;
  };
  return run.context.visible(check, () => {
    const message = last
      ? `the API accepted the change, but reading back shows other values: ${differingNames(diff(resource, wanted, last.values))}`
      : 'the API accepted the change, but the object is not visible';
    return new DelineaError('not_converged', message, { hint: 'Plan again to see the differences.' });
  });
}

/** Reads until the object is gone. Another edge between the same principal and scope does not count. */
export async function readBackGone(run: RunningStep, id: string): Promise<void> {
  await run.context.visible(
    async () => ((await observe(run))?.id === id ? undefined : true),
    () =>
      new DelineaError('not_converged', 'the API accepted the removal, but the object is still visible', {
        hint: 'Plan again.',
      }),
  );
}
