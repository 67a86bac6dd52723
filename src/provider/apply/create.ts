import { diff, differingNames } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import { pick, type Values } from '../model/values.js';
import { type RemoteObject, withoutCreateOnly, withoutParts } from '../model/wire.js';
import { refuseUsedConsent } from './preconditions.js';
import { observe, readBack } from './read-back.js';
import { replaceLive } from './replace.js';
import type { RunningStep } from './surface-step.js';
import { writeDifferences } from './update.js';
import { isRepeatable, writeOnce } from './write-once.js';

/** Creates an object only if it does not exist; adopts an existing one that equals the declaration. Reads it back. */
export async function create(run: RunningStep, attempt = 1): Promise<RemoteObject> {
  const { wire } = run.collection;
  const existing = await observe(run);
  const readable = { ...run, desired: withoutCreateOnly(wire, run.desired) };
  if (existing) return reconcileExisting(readable, existing);
  refuseUsedConsent(run);
  const created = withoutParts(wire, readable.desired);
  const id = await createAbsent(run, created);
  // Nobody is known to be a member until a read shows it.
  if (id !== undefined) await run.record({ id, values: run.key }, {});
  let live: RemoteObject;
  try {
    live = await readCreated(readable, created, id);
    // Lists in collections of their own can only be written with the id of the new object.
    const later = Object.keys(readable.desired).filter((name) => !(name in created));
    if (later.length > 0) live = await writeDifferences({ ...readable, step: { ...run.step, changed: later } }, live);
  } catch (error) {
    if (!isRepeatable(error, attempt)) throw error;
    return create(run, attempt + 1);
  }
  await run.record(live);
  return live;
}

/**
 * Reads the new object, and writes the values that it does not show: RFC 7644 §3.3 lets a service leave out values of a
 * create.
 */
async function readCreated(run: RunningStep, created: Values, id: string | undefined): Promise<RemoteObject> {
  try {
    return await readBack(run, created, id);
  } catch (error) {
    const { resource } = run.collection;
    const isIncomplete = error instanceof DelineaError && error.code === 'not_converged';
    const made = isIncomplete && !isEdge(resource) ? await observe(run, id) : undefined;
    if (!made) throw error;
    const missing = diff(resource, created, made.values).map(({ attribute }) => attribute);
    return writeDifferences({ ...run, desired: pick(created, missing), step: { ...run.step, changed: missing } }, made);
  }
}

/**
 * Sends the create.
 * @param created the values that the new object shows at once
 * @returns the new id, if the surface returned it
 */
async function createAbsent(run: RunningStep, created: Values): Promise<string | undefined> {
  const { collection, desired, context } = run;
  let id: string | undefined;
  await writeOnce(
    // A replaced right has an old id, which is not that of the new right.
    () => run.log({ outcome: 'sending', request: 'create', id: undefined, changed: Object.keys(desired) }),
    async () => {
      id = await collection.create(desired);
    },
    async (error) => {
      // The object may have been created and become visible late: wait, so that it is not created twice.
      const look = () => observe(run);
      const mayAppear = error.uncertain || error.code === 'conflict';
      const found = await (mayAppear ? context.visible(look, () => error).catch(absentOn(error)) : look());
      if (found && diff(collection.resource, created, found.values).length > 0) throw error;
      id = found?.id;
      return found !== undefined;
    },
  );
  context.wrote();
  await run.log({ outcome: 'written', request: 'create', id });
  return id;
}

/**
 * Returns a `catch` handler that treats a visibility timeout as "absent". It rethrows read errors, since repeating the
 * create could make a duplicate.
 */
function absentOn(timeout: DelineaError): (reason: unknown) => undefined {
  return (reason) => {
    if (reason !== timeout) throw reason;
    return undefined;
  };
}

/**
 * Handles a create whose object already exists. An equal object is adopted, which is how a killed run resumes; an empty
 * group or an edge is changed; anything else is refused.
 * @throws DelineaError `consent_missing` for a disabled account, `stale_plan` for an object that differs
 */
async function reconcileExisting(run: RunningStep, existing: RemoteObject): Promise<RemoteObject> {
  const { collection, desired, step } = run;
  const { resource } = collection;
  const { removal } = resource;
  const inactive = removal?.verb === 'deactivate' && diff(resource, removal.inactive, existing.values).length === 0;
  if (inactive && removal.active && diff(resource, removal.inactive, desired).length > 0) {
    throw new DelineaError('consent_missing', `${step.label} exists and is disabled; enabling it needs consent`, {
      hint: 'Plan again.',
      remedy: { kind: 'consent', account: step.label },
    });
  }
  const differences = diff(resource, desired, existing.values);
  if (differences.length === 0) {
    await run.record(existing);
    await run.log({ outcome: 'adopted', id: existing.id });
    return existing;
  }
  const emptied = inactive && !removal.active;
  if (!isEdge(resource) && !emptied) {
    throw new DelineaError(
      'stale_plan',
      `${step.label} was created outside of this run since the plan was made, and differs in: ${differingNames(differences)}`,
      { hint: 'Plan again and review what changed.' },
    );
  }
  await run.record(existing);
  return collection.wire.recreate ? replaceLive(run, existing, create) : writeDifferences(run, existing);
}
