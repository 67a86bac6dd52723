import { diff } from '../model/diff.js';
import { pick, type Values } from '../model/values.js';
import { type RemoteObject, withWrites } from '../model/wire.js';
import { refuseRecreated, refuseStale, refuseUnread, refuseUsedConsent, requireLive } from './preconditions.js';
import { observe, readBack } from './read-back.js';
import type { RunningStep } from './surface-step.js';
import { writeOnce } from './write-once.js';

/** Changes only the attributes of the plan, and only while the object is as it was when the plan was made. */
export async function update(run: RunningStep): Promise<RemoteObject> {
  const live = await requireLive(run);
  refuseUnread(run, live);
  if (diff(run.collection.resource, run.desired, live.values).length > 0) {
    refuseStale(run, live);
    refuseUsedConsent(run);
  }
  return writeDifferences(run, live);
}

/** Deactivates an object by writing its inactive values. @returns false if the object was already deleted */
export async function deactivate(run: RunningStep, inactive: Values): Promise<boolean> {
  const live = await observe(run);
  if (!live) {
    await refuseRecreated(run);
    return false;
  }
  refuseUnread(run, live);
  const goal = { ...run, desired: inactive, step: { ...run.step, changed: Object.keys(inactive) } };
  if (diff(run.collection.resource, inactive, live.values).length > 0) refuseStale(goal, live);
  await writeDifferences(goal, live);
  return true;
}

/** Writes the attributes in which the live object differs from the declaration, and reads them back. */
export async function writeDifferences(run: RunningStep, live: RemoteObject): Promise<RemoteObject> {
  const { collection, desired, context } = run;
  let current = live;
  const changed = () => diff(collection.resource, desired, current.values).map(({ attribute }) => attribute);
  const names = changed();
  if (names.length > 0) {
    await writeOnce(
      () => run.log({ outcome: 'sending', request: 'update', id: live.id, changed: changed() }),
      () => collection.update(current, pick(desired, [...changed(), ...withWrites(collection.wire)])),
      async (error) => {
        const found = await observe(run, live.id);
        if (!found) throw error;
        current = found;
        if (changed().length === 0) return true;
        refuseStale(run, found);
        return false;
      },
    );
    context.wrote();
    await run.log({ outcome: 'written', request: 'update', id: live.id, changed: names });
  }
  return readBack(run, desired, live.id);
}
