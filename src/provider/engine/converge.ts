import { DelineaError, UNREADABLE } from '../errors.js';
import { pick, type Resource, type Values } from '../resource.js';
import type { Live } from '../wire.js';
import type { Applying, LogEvent } from './applying.js';
import { decidingKey, requireKey } from './correlation.js';
import { diff } from './diff.js';
import type { Step } from './format.js';
import { memberLists } from './losses.js';
import { observe, readBack, readBackGone, type SurfaceStep } from './observe.js';
import { isEdge } from './planning.js';

/** So many times is one write sent at most. */
const ATTEMPTS = 4;

type Say = (event: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => Promise<void>;
type Own = (live: Pick<Live, 'id' | 'values'>) => Promise<void>;

/** Observe, ensure, verify: creates only what is truly absent, and takes over what is there and equal. */
export async function create(applying: Applying, on: SurfaceStep, own: Own, say: Say, attempt = 1): Promise<Live> {
  const { collection, desired } = on;
  const existing = await observe(on);
  if (existing) return meet(applying, on, existing, own, say);
  refuseSpent(applying, on);
  let id: string | undefined;
  await written(
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
      if (found && diff(collection.resource, desired, found.values).length > 0) throw error;
      id = found?.id;
      return found !== undefined;
    },
  );
  applying.wrote();
  await say({ outcome: 'written', request: 'create', id });
  if (id !== undefined) await own({ id, values: on.key });
  let live: Live;
  try {
    live = await readBack(applying, on, desired, id);
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
async function meet(applying: Applying, on: SurfaceStep, existing: Live, own: Own, say: Say): Promise<Live> {
  const { collection, desired, step } = on;
  const { removal } = collection.resource;
  const inactive =
    removal?.verb === 'deactivate' && diff(collection.resource, removal.to, existing.values).length === 0;
  if (inactive && removal.alive && diff(collection.resource, removal.to, desired).length > 0) {
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
    await say({ outcome: 'taken over', id: existing.id });
    return existing;
  }
  const empty = inactive && !removal.alive;
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
  return collection.wire.recreate ? regrantLive(applying, on, existing, own, say) : change(applying, on, existing, say);
}

/** Changes just what the plan says, and only while the object is as the plan saw it. */
export async function update(applying: Applying, on: SurfaceStep, say: Say): Promise<Live> {
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
function refuseSpent({ spent }: Applying, { step, homeKey }: SurfaceStep): void {
  const { kind, id, label, operation, reactivated } = step;
  if (operation !== 'create' && operation !== 'reactivate') return;
  if (reactivated === undefined || !spent.has({ kind, id, key: homeKey }, reactivated)) return;
  throw new DelineaError('stale_plan', `${label}: the consent was used already (${reactivated})`, {
    hint: 'Plan again, with a new consent if the account shall come back: another text in reactivate, or --reactivate.',
  });
}

/**
 * Stops where the object leaves out what the plan saw of it: a list left out would pass for one that is empty already,
 * and a write without the key that we gave may make a second object. @throws DelineaError `unread`
 */
function refuseUnread({ step, collection, desired, before }: SurfaceStep, live: Live): void {
  const { resource } = collection;
  for (const name of memberLists(resource)) {
    const seen = (before[name] as readonly string[] | null | undefined) ?? [];
    if (seen.length === 0 || Array.isArray(live.values[name])) continue;
    throw new DelineaError('unread', `its ${name} do not show, and the plan saw ${seen.length}`, {
      hint: 'Nothing was written. Check what the account may see, and plan again.',
    });
  }
  const { correlation } = resource;
  if (correlation === undefined || step.correlation === undefined || desired[correlation] !== undefined) return;
  requireKey(resource, live, step.correlation);
}

/**
 * Stops where the live object is not what the plan was made for: what would change is as it was, and so is whatever the
 * plan found to be as wanted, or the write would undo what nobody has reviewed.
 */
function refuseStale({ step, collection, desired, before }: SurfaceStep, live: Live): void {
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

async function change(applying: Applying, on: SurfaceStep, live: Live, say: Say): Promise<Live> {
  const { collection, desired } = on;
  let current = live;
  const open = () => diff(collection.resource, desired, current.values);
  if (open().length > 0) {
    const names = () => open().map(({ attribute }) => attribute);
    const changed = names();
    await written(
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
export async function deactivate(applying: Applying, on: SurfaceStep, to: Values, say: Say): Promise<boolean> {
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
export async function remove(applying: Applying, on: SurfaceStep, say: Say, attempt = 1): Promise<void> {
  // An edge has no name that would lead to it where one read says wrongly that it is gone.
  const live = (await observe(on)) ?? (isEdge(on.collection.resource) ? await observe(on) : undefined);
  if (!live) return refuseSuccessor(on);
  const expected = Object.keys(on.before).filter((name) => !on.collection.resource.key.includes(name));
  refuseStale({ ...on, step: { ...on.step, changed: expected } }, live);
  await takeAway(applying, on, live, say);
  try {
    await readBackGone(applying, on, live.id);
  } catch (error) {
    if (!isWorthAnother(error, attempt)) throw error;
    await remove(applying, on, say, attempt + 1);
  }
}

async function takeAway(applying: Applying, on: SurfaceStep, live: Live, say: Say): Promise<void> {
  await written(
    () => say({ outcome: 'sending', request: 'delete', id: live.id }),
    () => on.collection.remove(live),
    async () => (await observe(on))?.id !== live.id,
  );
  applying.wrote();
  await say({ outcome: 'written', request: 'delete', id: live.id });
}

/** A changed right on a surface without updates: delete, create, read back; the old right is put back if that fails. */
export async function regrant(applying: Applying, on: SurfaceStep, own: Own, say: Say): Promise<Live> {
  const live = await observe(on);
  if (!live)
    throw new DelineaError('stale_plan', `${on.step.label} is gone since the plan was made`, { hint: 'Plan again.' });
  if (diff(on.collection.resource, on.desired, live.values).length === 0) return live;
  refuseStale(on, live);
  return regrantLive(applying, on, live, own, say);
}

async function regrantLive(applying: Applying, on: SurfaceStep, old: Live, own: Own, say: Say): Promise<Live> {
  let removed = false;
  try {
    await takeAway(applying, on, old, say);
    removed = true;
    await readBackGone(applying, on, old.id);
    return await create(applying, on, own, say);
  } catch (error) {
    let now: Live | undefined;
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
  applying: Applying,
  on: SurfaceStep,
  old: Live,
  own: Own,
  say: Say,
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

/**
 * Sends one write and, where its fate is unknown or its token was refused, looks before sending it again. Never
 * replays blindly: `look` says whether what was wanted is so by now. Every attempt is announced first; what cannot be
 * announced is not sent.
 */
async function written(
  announce: () => Promise<void>,
  send: () => Promise<void>,
  look: (error: DelineaError) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await announce();
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      const worthALook = error.uncertain || error.code === 'unauthorized' || error.code === 'conflict';
      if (!worthALook || attempt >= ATTEMPTS) throw error;
      const so = await look(error).catch((unseen: unknown) => {
        // What cannot be read leaves the fate of the write as unknown as it was.
        const unread = unseen instanceof DelineaError && UNREADABLE.has(unseen.code);
        throw error.uncertain && unread ? error : unseen;
      });
      if (so) return;
      if (error.code === 'conflict') throw error;
    }
  }
}
