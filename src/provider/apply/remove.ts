import { isEdge } from '../model/keys.js';
import { pick } from '../model/values.js';
import { type RemoteObject, withWrites } from '../model/wire.js';
import { refuseOmitted, refuseRecreated, refuseStale } from './preconditions.js';
import { observe, readBackGone } from './read-back.js';
import type { RunningStep } from './surface-step.js';
import { isRepeatable, writeOnce } from './write-once.js';

/** Deletes an object or an edge and reads back that it is gone. */
export async function remove(run: RunningStep, attempt = 1): Promise<void> {
  const { resource } = run.collection;
  // Read an edge a second time before it counts as gone: it has no name by which a later run would find it.
  const live = (await observe(run)) ?? (isEdge(resource) ? await observe(run) : undefined);
  if (!live) {
    await refuseOmitted(run);
    return refuseRecreated(run);
  }
  const expected = Object.keys(run.before).filter((name) => !resource.key.includes(name));
  refuseStale({ ...run, step: { ...run.step, changed: expected } }, live);
  await deleteLive(run, live);
  try {
    await readBackGone(run, live.id);
  } catch (error) {
    if (!isRepeatable(error, attempt)) throw error;
    await remove(run, attempt + 1);
  }
}

/** Sends the deletion of a live object. */
export async function deleteLive(run: RunningStep, live: RemoteObject): Promise<void> {
  await writeOnce(
    () => run.log({ outcome: 'sending', request: 'delete', id: live.id }),
    () => run.collection.remove(live, pick(run.desired, withWrites(run.collection.wire))),
    async () => (await observe(run))?.id !== live.id,
  );
  run.context.wrote();
  await run.log({ outcome: 'written', request: 'delete', id: live.id });
}
