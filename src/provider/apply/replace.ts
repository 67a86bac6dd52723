import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import type { Step } from '../model/plan.js';
import { pick } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { refuseStale, requireLive } from './preconditions.js';
import { observe, readBackGone } from './read-back.js';
import { deleteLive } from './remove.js';
import type { RunningStep } from './surface-step.js';

/** The function that creates an edge; a parameter, because it in turn replaces an edge that it finds. */
type Create = (run: RunningStep) => Promise<RemoteObject>;

/**
 * Changes the right of an edge on a surface without updates: deletes the edge, creates it, and reads it back. If the new
 * right cannot be created, the old one is restored.
 * @throws DelineaError `half_done` when the old right could not be restored either
 */
export async function replace(run: RunningStep, create: Create): Promise<RemoteObject> {
  const live = await requireLive(run);
  if (diff(run.collection.resource, run.desired, live.values).length === 0) return live;
  refuseStale(run, live);
  return replaceLive(run, live, create);
}

export async function replaceLive(run: RunningStep, old: RemoteObject, create: Create): Promise<RemoteObject> {
  let deleted = false;
  try {
    await deleteLive(run, old);
    deleted = true;
    await readBackGone(run, old.id);
    return await create(run);
  } catch (error) {
    let live: RemoteObject | undefined;
    try {
      live = await observe(run);
    } catch {
      const mayBeDeleted = deleted || (error instanceof DelineaError && error.uncertain);
      throw mayBeDeleted
        ? halfDone(run.step, 'there may be NO access now, and the live right cannot be read', error)
        : error;
    }
    // If the old right still exists or the new one was created after all, there is nothing to restore.
    if (!live) await restore(run, old, create, error);
    throw error;
  }
}

async function restore(run: RunningStep, old: RemoteObject, create: Create, reason: unknown): Promise<void> {
  const { collection, context, step } = run;
  const values = pick(old.values, Object.keys(collection.wire.fields).concat(collection.resource.key));
  try {
    await create({ ...run, desired: values });
  } catch {
    throw halfDone(step, 'there is NO access now: the old right was removed and the new one was refused', reason);
  }
  context.note(step, step.key, `${step.label}: the new right could not be created; the old one was restored`);
}

function halfDone({ label }: Step, what: string, reason: unknown): DelineaError {
  const why = reason instanceof DelineaError ? reason.message : 'unknown reason';
  return new DelineaError('half_done', `${label}: ${what} (${why})`, {
    hint: 'Apply again at once, or grant the right in the console.',
  });
}
