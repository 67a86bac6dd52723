import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { type RemoteObject, withoutCreateOnly, withoutParts } from '../model/wire.js';
import { decidingKey, requireKey } from '../plan/external-id.js';
import { refuseHiddenMembers } from '../plan/hidden-members.js';
import type { ApplyContext, LogEvent } from './apply-context.js';
import { observe, readBack, readBackGone } from './read-back.js';
import type { SurfaceStep } from './surface-step.js';
import { ATTEMPTS, writeOnce } from './write-once.js';

type Log = (event: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => Promise<void>;
type Record = (live: Pick<RemoteObject, 'id' | 'values'>) => Promise<void>;

/** Observe, ensure, verify: creates only what is truly absent, and takes over what is there and equal. */
export async function create(
  applying: ApplyContext,
  on: SurfaceStep,
  own: Record,
  say: Log,
  attempt = 1,
): Promise<RemoteObject> {
  const { collection, desired } = on;
  const existing = await observe(on);
  const shown = { ...on, desired: withoutCreateOnly(collection.wire, desired) };
  if (existing) return reconcileExisting(applying, shown, existing, own, say);
  const created = withoutParts(collection.wire, shown.desired);
  refuseSpent(applying, on);
  let id: string | undefined;
  await writeOnce(
    // A regrant has an old id, which is not that of the new right.
    () => say({ outcome: 'sending', request: 'create', id: undefined, changed: Object.keys(desired) }),
    async () => {
      id = await collection.create(desired);
    },
    async (error) => {
      // Committed or not? What was created may take a while to show, and a second one must not be made.
      const look = () => observe(on);
      const waiting = error.uncertain || error.code === 'conflict';
      const found = await (waiting ? applying.visible(look, () => error).catch(absentIf(error)) : look());
      if (found && diff(collection.resource, created, found.values).length > 0) throw error;
      id = found?.id;
      return found !== undefined;
    },
  );
  applying.wrote();
  await say({ outcome: 'written', request: 'create', id });
  if (id !== undefined) await own({ id, values: on.key });
  let live: RemoteObject;
  try {
    live = await readBack(applying, on, created, id);
    const later = Object.keys(shown.desired).filter((name) => !(name in created));
    // Lists in collections of their own need the new object's id.
    if (later.length > 0) live = await change(applying, { ...shown, step: { ...on.step, changed: later } }, live, say);
  } catch (error) {
    if (!isWorthAnother(error, attempt)) throw error;
    return create(applying, on, own, say, attempt + 1);
  }
  await own(live);
  return live;
}

/** What another run has overwritten is begun again from what is live: its own change must not be lost to ours. */
function isWorthAnother(error: unknown, attempt: number): boolean {
  return error instanceof DelineaError && error.code === 'overwritten' && attempt < ATTEMPTS;
}

/** Not showing for as long as it may take is absence; a look that failed says nothing, and a second one would be made. */
function absentIf(notShowing: DelineaError): (reason: unknown) => undefined {
  return (reason) => {
    if (reason !== notShowing) throw reason;
    return undefined;
  };
}

/** Something was there already: equal, it is taken over (so a killed run resumes); empty or an edge, it is changed. */
async function reconcileExisting(
  applying: ApplyContext,
  on: SurfaceStep,
  existing: RemoteObject,
  own: Record,
  say: Log,
): Promise<RemoteObject> {
  const { collection, desired, step } = on;
  const { removal } = collection.resource;
  const inactive =
    removal?.verb === 'deactivate' && diff(collection.resource, removal.inactive, existing.values).length === 0;
  if (inactive && removal.active && diff(collection.resource, removal.inactive, desired).length > 0) {
    throw new DelineaError(
      'consent_missing',
      `${step.label} exists and is disabled; it is not enabled without consent`,
      {
        hint: 'Plan again and consent with reactivate.',
      },
    );
  }
  const differences = diff(collection.resource, desired, existing.values);
  if (differences.length === 0) {
    await own(existing);
    await say({ outcome: 'adopted', id: existing.id });
    return existing;
  }
  const empty = inactive && !removal.active;
  if (!isEdge(collection.resource) && !empty) {
    const names = differences.map(({ attribute }) => attribute).join(', ');
    throw new DelineaError(
      'stale_plan',
      `${step.label} has come into being since the plan was made and differs in ${names}`,
      {
        hint: 'Plan again.',
      },
    );
  }
  await own(existing);
  return collection.wire.recreate ? replaceLive(applying, on, existing, own, say) : change(applying, on, existing, say);
}

/** Changes just what the plan says, and only while the object is as the plan saw it. */
export async function update(applying: ApplyContext, on: SurfaceStep, say: Log): Promise<RemoteObject> {
  const live = await observe(on);
  if (!live)
    throw new DelineaError('stale_plan', `${on.step.label} is gone since the plan was made`, { hint: 'Plan again.' });
  refuseUnread(on, live);
  if (diff(on.collection.resource, on.desired, live.values).length > 0) {
    refuseStale(on, live);
    refuseSpent(applying, on);
  }
  return change(applying, on, live, say);
}

/** A saved plan that is applied again must not bring back whom somebody has disabled or deleted since. */
function refuseSpent({ usedConsents }: ApplyContext, { step, homeKey }: SurfaceStep): void {
  const { kind, id, label, operation, reactivated } = step;
  if (operation !== 'create' && operation !== 'reactivate') return;
  if (reactivated === undefined || !usedConsents.has({ kind, id, key: homeKey }, reactivated)) return;
  throw new DelineaError('stale_plan', `${label}: the consent was used already (${reactivated})`, {
    hint: 'Plan again, with a new consent if the account shall come back: another text in reactivate, or --reactivate.',
  });
}

/**
 * Refuses a write if the response leaves out what the plan saw: an omitted list would pass for an empty one, and a write
 * without the correlation key may create a second object.
 * @throws DelineaError `incomplete_response`
 */
function refuseUnread({ step, collection, desired, before }: SurfaceStep, live: RemoteObject): void {
  const { resource } = collection;
  refuseHiddenMembers(resource, before, live.values);
  const { correlation } = resource;
  if (correlation === undefined || step.correlation === undefined || desired[correlation] !== undefined) return;
  requireKey(resource, live, step.correlation);
}

/**
 * Stops where the live object is not what the plan was made for: what would change is as it was, and so is whatever the
 * plan found to be as wanted, or the write would undo what nobody has reviewed.
 */
function refuseStale({ step, collection, desired, before }: SurfaceStep, live: RemoteObject): void {
  const key = decidingKey(collection.resource, step.changed);
  const seen = key === undefined ? step.changed : [...step.changed, key];
  const was = Object.fromEntries(seen.map((name) => [name, before[name] ?? emptyOf(collection.resource, name)]));
  const expected = { ...desired, ...was };
  const moved = diff(collection.resource, expected, live.values);
  if (moved.length === 0) return;
  const names = moved.map(({ attribute }) => attribute).join(', ');
  throw new DelineaError('stale_plan', `${step.label} was changed since the plan was made: ${names}`, {
    hint: 'Plan again and review what changed.',
  });
}

function emptyOf(resource: Resource, name: string): unknown {
  const type = resource.attributes.find((attribute) => attribute.name === name)?.type;
  if (type === 'strings' || type === 'objects') return [];
  return type === 'string' ? '' : undefined;
}

async function change(applying: ApplyContext, on: SurfaceStep, live: RemoteObject, say: Log): Promise<RemoteObject> {
  const { collection, desired } = on;
  let current = live;
  const open = () => diff(collection.resource, desired, current.values);
  if (open().length > 0) {
    const names = () => open().map(({ attribute }) => attribute);
    const changed = names();
    await writeOnce(
      () => say({ outcome: 'sending', request: 'update', id: live.id, changed: names() }),
      () => collection.update(current, pick(desired, names())),
      async (error) => {
        const seen = await observe(on, live.id);
        if (!seen) throw error;
        current = seen;
        if (open().length === 0) return true;
        refuseStale(on, seen);
        return false;
      },
    );
    applying.wrote();
    await say({ outcome: 'written', request: 'update', id: live.id, changed });
  }
  return readBack(applying, on, desired, live.id);
}

/** Deactivates by writing what inactive looks like. False: there was nothing left to deactivate. */
export async function deactivate(applying: ApplyContext, on: SurfaceStep, to: Values, say: Log): Promise<boolean> {
  const live = await observe(on);
  if (!live) {
    await refuseSuccessor(on);
    return false;
  }
  refuseUnread(on, live);
  const goal = { ...on, desired: to, step: { ...on.step, changed: Object.keys(to) } };
  if (diff(on.collection.resource, to, live.values).length > 0) refuseStale(goal, live);
  await change(applying, goal, live, say);
  return true;
}

/**
 * What should be taken away is gone already, and that is well, unless another has its name: then somebody has made it
 * anew, and nobody decided about that one.
 */
async function refuseSuccessor(on: SurfaceStep): Promise<void> {
  if (isEdge(on.collection.resource)) return;
  const successor = await observe({ ...on, step: { ...on.step, id: undefined } });
  if (!successor) return;
  throw new DelineaError('stale_plan', `${on.step.label} is gone since the plan was made, and another has its name`, {
    hint: 'Plan again and review it.',
  });
}

/** Deletes an object or an edge, and reads back that it is gone. */
export async function remove(applying: ApplyContext, on: SurfaceStep, say: Log, attempt = 1): Promise<void> {
  // An edge has no name that would lead to it where one read says wrongly that it is gone.
  const live = (await observe(on)) ?? (isEdge(on.collection.resource) ? await observe(on) : undefined);
  if (!live) return refuseSuccessor(on);
  const expected = Object.keys(on.before).filter((name) => !on.collection.resource.key.includes(name));
  refuseStale({ ...on, step: { ...on.step, changed: expected } }, live);
  await deleteLive(applying, on, live, say);
  try {
    await readBackGone(applying, on, live.id);
  } catch (error) {
    if (!isWorthAnother(error, attempt)) throw error;
    await remove(applying, on, say, attempt + 1);
  }
}

async function deleteLive(applying: ApplyContext, on: SurfaceStep, live: RemoteObject, say: Log): Promise<void> {
  await writeOnce(
    () => say({ outcome: 'sending', request: 'delete', id: live.id }),
    () => on.collection.remove(live),
    async () => (await observe(on))?.id !== live.id,
  );
  applying.wrote();
  await say({ outcome: 'written', request: 'delete', id: live.id });
}

/** A changed right on a surface without updates: delete, create, read back; the old right is put back if that fails. */
export async function replace(applying: ApplyContext, on: SurfaceStep, own: Record, say: Log): Promise<RemoteObject> {
  const live = await observe(on);
  if (!live)
    throw new DelineaError('stale_plan', `${on.step.label} is gone since the plan was made`, { hint: 'Plan again.' });
  if (diff(on.collection.resource, on.desired, live.values).length === 0) return live;
  refuseStale(on, live);
  return replaceLive(applying, on, live, own, say);
}

async function replaceLive(
  applying: ApplyContext,
  on: SurfaceStep,
  old: RemoteObject,
  own: Record,
  say: Log,
): Promise<RemoteObject> {
  let removed = false;
  try {
    await deleteLive(applying, on, old, say);
    removed = true;
    await readBackGone(applying, on, old.id);
    return await create(applying, on, own, say);
  } catch (error) {
    let now: RemoteObject | undefined;
    try {
      now = await observe(on);
    } catch {
      const begun = removed || (error instanceof DelineaError && error.uncertain);
      throw begun
        ? halfDone(on.step, 'there may be NO access at all now, and what is live cannot be read', error)
        : error;
    }
    // The old right may still be there, or the new one have been given all the same; then there is nothing to put back.
    if (now) throw error;
    await putBack(applying, on, old, own, say, error);
    throw error;
  }
}

function halfDone({ label }: Step, what: string, reason: unknown): DelineaError {
  const why = reason instanceof DelineaError ? reason.message : 'unknown reason';
  return new DelineaError('half_done', `${label}: ${what} (${why})`, {
    hint: 'Apply again at once, or grant the right in the console.',
  });
}

async function putBack(
  applying: ApplyContext,
  on: SurfaceStep,
  old: RemoteObject,
  own: Record,
  say: Log,
  reason: unknown,
): Promise<void> {
  const { collection, step } = on;
  const values = pick(old.values, Object.keys(collection.wire.fields).concat(collection.resource.key));
  const previous = { ...on, desired: values };
  try {
    await create(applying, previous, own, say);
    applying.note(step, step.key, `${step.label}: the new right could not be given; the old one was put back`);
  } catch {
    const what = 'there is now NO access at all: the old right was removed, the new one refused';
    throw halfDone(step, what, reason);
  }
}
