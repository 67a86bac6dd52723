import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Operation, ResourceChange } from '../model/plan.js';
import type { RemoteObject } from '../model/wire.js';
import { declaredMembers, endSurfacesOf } from '../read/to-owned-object.js';
import { carrierOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { AbortPolicy } from './abort-policy.js';
import type { ApplyContext, LogEvent } from './apply-context.js';
import { applySet } from './apply-set.js';
import { create } from './create.js';
import { remove } from './remove.js';
import { replace } from './replace.js';
import { homeKeyOf, type RunningStep, type SurfaceStep, toSurfaceStep } from './surface-step.js';
import { deactivate, update } from './update.js';

/** Operations that write only the ledger's entry of an object that stays. */
const RECORDED: ReadonlySet<Operation> = new Set(['adopt', 'configure', 'record']);

/**
 * Applies one change of a plan.
 * @returns the live object afterwards, in ids of its surface; undefined for an authoritative resource, or if none is left
 */
export async function applyChange(
  context: ApplyContext,
  change: ResourceChange,
  abort: AbortPolicy,
): Promise<RemoteObject | undefined> {
  const { edgeSteps, settings } = change.delinea;
  if (!edgeSteps) return applyStep(context, change);
  await applySet(context, edgeSteps, abort, async (step) => {
    const edge = { ...change, delinea: step };
    try {
      await applyStep(context, edge);
    } catch (error) {
      // A failed edge has its own line in the log, besides that of its resource.
      if (error instanceof DelineaError) await logFailure(context, edge, error);
      throw error;
    }
  });
  const set = { address: change.address, scope: scopeOf(context, change) };
  if (settings) await context.io.recordSet?.({ ...set, settings });
  else if (change.change.after === null) await context.io.forgetSet?.(set);
  await logSettings(context, change);
  return undefined;
}

/** Returns the scope of an authoritative set, which this run may have created. */
function scopeOf({ ids }: ApplyContext, { delinea: { kind, id, desired } }: ResourceChange): string | undefined {
  const scope = desired[resourceOf(kind).authoritativeFor?.scope ?? ''];
  return isReference(scope) ? ids.get(scope.ref) : id;
}

/** Logs a change of settings, which makes no request. */
async function logSettings({ io }: ApplyContext, change: ResourceChange): Promise<void> {
  const changed = (change.delinea.settingChanges ?? []).map(({ name }) => name);
  if (changed.length > 0) await io.log({ ...eventOf(change), changed, outcome: 'configured' });
}

export function logFailure({ io }: ApplyContext, change: ResourceChange, error: DelineaError): Promise<void> {
  const outcome = error.code === 'skipped' ? 'refused' : 'failed';
  return io.log({ ...eventOf(change), outcome, detail: `${error.code}: ${error.message}` });
}

function eventOf({ address, delinea: { kind, label, operation, id } }: ResourceChange): Omit<LogEvent, 'outcome'> {
  return { address, kind, label, operation, id };
}

async function applyStep(context: ApplyContext, change: ResourceChange): Promise<RemoteObject | undefined> {
  const { delinea: step, address } = change;
  const { io } = context;
  const log: RunningStep['log'] = (event) => io.log({ ...eventOf(change), ...event });
  const forget = () => io.forget({ address, kind: step.kind, id: step.id ?? '' });
  if (step.operation === 'forget') {
    await forget();
    await log({ outcome: 'forgotten' });
    return undefined;
  }
  const surfaceStep = await toSurfaceStep(context, step);
  const declared = declaredMembers(surfaceStep.collection.resource, surfaceStep.home);
  const record: RunningStep['record'] = (live, members = declared) =>
    recordOwned(context, change, surfaceStep, live, members);
  if (RECORDED.has(step.operation)) {
    await record({ id: step.id ?? '', values: surfaceStep.key });
    if (step.operation === 'adopt') await log({ outcome: 'adopted' });
    await logSettings(context, change);
    return undefined;
  }
  return context.locks.hold(lockKey(surfaceStep), async () => {
    const live = await runOperation({ ...surfaceStep, context, log, record }, address);
    await (live ? record(live) : forget());
    await log({ outcome: 'verified', id: live?.id ?? step.id });
    await logSettings(context, change);
    return live;
  });
}

/** Runs the operation of a step. @returns the live object afterwards, or undefined if no managed object is left */
async function runOperation(run: RunningStep, address: string): Promise<RemoteObject | undefined> {
  const { step, context } = run;
  const { removal } = run.collection.resource;
  switch (step.operation) {
    case 'create':
      return create(run);
    case 'replace':
      return replace(run, create);
    case 'deactivate':
      if (await deactivate(run, removal?.verb === 'deactivate' ? removal.inactive : {}))
        await context.disabled({ step: run.step, address });
      else context.note(step, address, `${step.label} was already deleted`);
      return undefined;
    case 'delete':
      // The plan may come from a file, so the setting is checked where the deletion happens.
      if (!context.tenant.settings.allowDelete) {
        throw new DelineaError('guarded', `${step.label} was not deleted: allow_delete is not set`, {
          remedy: { kind: 'set', attribute: 'allowDelete', value: true, on: 'provider' },
        });
      }
      await remove(run);
      return undefined;
    case 'revoke':
      await remove(run);
      return undefined;
    default:
      return update(run);
  }
}

async function recordOwned(
  context: ApplyContext,
  { address }: ResourceChange,
  surfaceStep: SurfaceStep,
  live: Pick<RemoteObject, 'id' | 'values'>,
  members: OwnedObject['managedMembers'],
): Promise<void> {
  const { step, homeKey } = surfaceStep;
  const { resource } = surfaceStep.collection;
  const key = homeKeyOf(surfaceStep, live.values);
  const entry: OwnedObject = {
    address,
    kind: step.kind,
    id: live.id,
    surface: step.surface,
    endSurfaces: endSurfacesOf(context.tenant, resource, homeKey),
    key,
    onRemoval: step.onRemoval,
    settings: step.settings,
    managedMembers: members,
    reactivated: step.reactivated,
    correlation: step.correlation,
  };
  // Nothing refers to an edge, and the address of an authoritative resource is that of its scope.
  if (!isEdge(resource)) {
    context.ids.set(address, live.id);
    context.translator.add(step.kind, live.id, String(key[resource.key[0]!] ?? step.label));
  }
  await context.io.record(entry);
  if (step.id !== undefined && step.id !== live.id) await context.io.forget({ address, kind: step.kind, id: step.id });
}

/**
 * Returns the key of the lock that keeps two steps from writing one object: that of the object itself, or of the object
 * that stores the edge. In home ids, because one object may be written through several surfaces.
 */
function lockKey({ collection, step, homeKey }: SurfaceStep): string {
  const carrier = carrierOf(collection.resource, homeKey);
  if (carrier) return `${carrier.kind}/${carrier.id}`;
  return `${step.kind}/${step.id ?? JSON.stringify(homeKey)}`;
}
