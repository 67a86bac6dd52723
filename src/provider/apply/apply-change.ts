import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { RemoteObject } from '../model/wire.js';
import { readOpenSessions } from '../read/open-sessions.js';
import { declaredMembers, endSurfacesOf } from '../read/owned-object.js';
import { carrierOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import type { AbortPolicy } from './abort-policy.js';
import type { ApplyContext, LogEvent } from './apply-context.js';
import { applySet } from './apply-set.js';
import { create, deactivate, remove, replace, update } from './converge.js';
import { homeKeyOf, type SurfaceStep, toSurfaceStep } from './surface-step.js';

function event({ address, delinea: { kind, label, operation, id } }: ResourceChange): Omit<LogEvent, 'outcome'> {
  return { address, kind, label, operation, id };
}

export function logFailure({ io }: ApplyContext, change: ResourceChange, error: DelineaError): Promise<void> {
  const outcome = error.code === 'skipped' ? 'refused' : 'failed';
  return io.log({ ...event(change), outcome, detail: `${error.code}: ${error.message}` });
}

/** Carries out one change by itself. @returns the live object afterwards, in ids of its surface; undefined: none, or a set */
export async function applyOne(
  applying: ApplyContext,
  change: ResourceChange,
  end: AbortPolicy,
): Promise<RemoteObject | undefined> {
  const { edgeSteps } = change.delinea;
  if (!edgeSteps) return perform(applying, change);
  await performSet(applying, change, edgeSteps, end);
  return undefined;
}

export async function perform(applying: ApplyContext, change: ResourceChange): Promise<RemoteObject | undefined> {
  const { delinea: step, address } = change;
  const { io } = applying;
  const say = (part: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => io.log({ ...event(change), ...part });
  if (step.operation === 'forget') {
    await io.forget({ address, kind: step.kind, id: step.id ?? '' });
    await say({ outcome: 'forgotten' });
    return undefined;
  }
  const on = await toSurfaceStep(applying, step);
  const own = (live: Pick<RemoteObject, 'id' | 'values'>) => recordOwned(applying, change, on, live);
  if (step.operation === 'adopt' || step.operation === 'record') {
    await own({ id: step.id ?? '', values: on.key });
    if (step.operation !== 'record') await say({ outcome: 'adopted' });
    return undefined;
  }
  return applying.locks.hold(lockOf(on), async () => {
    const live = await carryOut(applying, address, on, own, say);
    if (live) await own(live);
    else await io.forget({ address, kind: step.kind, id: step.id ?? '' });
    await say({ outcome: 'verified', id: live?.id ?? step.id });
    return live;
  });
}

/** A failed edge has a line of its own in the log, beside that of its set. */
export async function performSet(
  applying: ApplyContext,
  change: ResourceChange,
  parts: readonly Step[],
  end: AbortPolicy,
): Promise<void> {
  await applySet(applying, parts, end, async (part) => {
    const edge = { ...change, delinea: part };
    try {
      await perform(applying, edge);
    } catch (reason) {
      if (reason instanceof DelineaError) await logFailure(applying, edge, reason);
      throw reason;
    }
  });
}

type Own = (live: Pick<RemoteObject, 'id' | 'values'>) => Promise<void>;

type Say = (part: Pick<LogEvent, 'outcome'> & Partial<LogEvent>) => Promise<void>;

/** The live object afterwards, or undefined where there is nothing of ours any more. */
async function carryOut(
  applying: ApplyContext,
  address: string,
  on: SurfaceStep,
  own: Own,
  say: Say,
): Promise<RemoteObject | undefined> {
  const { removal } = on.collection.resource;
  switch (on.step.operation) {
    case 'create':
      return create(applying, on, own, say);
    case 'replace':
      return replace(applying, on, own, say);
    case 'deactivate':
      if (await deactivate(applying, on, removal?.verb === 'deactivate' ? removal.inactive : {}, say)) {
        await noteSessions(applying, on.step, address);
      } else applying.note(on.step, address, `${on.step.label} was gone already`);
      return undefined;
    case 'delete':
      // A plan may come from a file: the second key is asked for where the deletion happens.
      if (!applying.tenant.settings.allowDelete) {
        throw new DelineaError('guarded', `${on.step.label} is not deleted: allowDelete is not set on the provider`);
      }
      await remove(applying, on, say);
      return undefined;
    case 'revoke':
      await remove(applying, on, say);
      return undefined;
    default:
      return update(applying, on, say);
  }
}

async function recordOwned(
  applying: ApplyContext,
  change: ResourceChange,
  on: SurfaceStep,
  live: Pick<RemoteObject, 'id' | 'values'>,
): Promise<void> {
  const { step } = on;
  const { address } = change;
  const key = homeKeyOf(on, live.values);
  const entry: OwnedObject = {
    address,
    kind: step.kind,
    id: live.id,
    surface: step.surface,
    endSurfaces: endSurfacesOf(applying.tenant, on.collection.resource, on.homeKey),
    key,
    onRemoval: step.onRemoval,
    managedMembers: declaredMembers(on.collection.resource, on.home),
    reactivated: step.reactivated,
    correlation: step.correlation,
  };
  const [name] = on.collection.resource.key;
  // Nothing refers to an edge, and the address of a set stands for its place.
  if (!isEdge(on.collection.resource)) {
    applying.ids.set(address, live.id);
    applying.translator.add(step.kind, live.id, String(key[name!] ?? step.label));
  }
  await applying.io.record(entry);
  if (step.id !== undefined && step.id !== live.id) await applying.io.forget({ address, kind: step.kind, id: step.id });
}

/** What must not be written to by two steps at once: the object, or the one that carries the edge. */
function lockOf({ collection, step, homeKey }: SurfaceStep): string {
  // By home ids: one object may be reached over several surfaces.
  const carrier = carrierOf(collection.resource, homeKey);
  if (carrier) return `${carrier.kind}/${carrier.id}`;
  return `${step.kind}/${step.id ?? JSON.stringify(homeKey)}`;
}

/** Guide 000: deactivation ends logins at once, sessions and check-outs only some time later. */
async function noteSessions(applying: ApplyContext, step: Step, address: string): Promise<void> {
  if (!resourceOf(step.kind).account || step.id === undefined) return;
  const work = await readOpenSessions(applying.tenant, applying.translator, { kind: step.kind, id: step.id });
  const told = work.map(({ what, open }) => `${what}: ${open === undefined ? 'cannot be read here' : `${open} open`}`);
  applying.note(step, address, `${step.label}: login disabled; ${told.join('; ')}`);
}
