import { diff, differingNames } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import { missingList, type RemoteObject } from '../model/wire.js';
import { decidingKey, requireKey } from '../plan/correlation-key.js';
import { refuseHiddenMembers } from '../plan/hidden-members.js';
import { carrierOf } from '../resources/edge-words.js';
import { observe } from './read-back.js';
import type { RunningStep, SurfaceStep } from './surface-step.js';

/**
 * Refuses to use a consent twice: a saved plan that is applied again must not enable or create an account that somebody
 * has disabled or deleted since. @throws DelineaError `stale_plan`
 */
export function refuseUsedConsent({ context, step, homeKey }: RunningStep): void {
  const { kind, id, label, operation, reactivated } = step;
  if (operation !== 'create' && operation !== 'reactivate') return;
  if (reactivated === undefined || !context.usedConsents.has({ kind, id, key: homeKey }, reactivated)) return;
  throw new DelineaError('stale_plan', `${label}: this consent was already used (${reactivated})`, {
    hint: 'Plan again. To enable the account, give a new consent with another text.',
    remedy: { kind: 'consent', account: label },
  });
}

/**
 * Refuses a write if the response leaves out what the plan saw: an omitted list would pass for an empty one, and a write
 * without the correlation key may create a second object.
 * @throws DelineaError `incomplete_response`
 */
export function refuseUnread({ step, collection, desired, before }: SurfaceStep, live: RemoteObject): void {
  const { resource } = collection;
  refuseHiddenMembers(resource, before, live.values);
  const { correlation } = resource;
  if (correlation === undefined || step.correlation === undefined || desired[correlation] !== undefined) return;
  requireKey(resource, live, step.correlation);
}

/**
 * Refuses a live object that differs from the one the plan was made for. This includes attributes that the plan found
 * equal: writing them would undo a change that nobody reviewed. @throws DelineaError `stale_plan`
 */
export function refuseStale({ step, collection, desired, before }: SurfaceStep, live: RemoteObject): void {
  const { resource } = collection;
  const key = decidingKey(resource, step.changed);
  const checked = key === undefined ? step.changed : [...step.changed, key];
  const planned = Object.fromEntries(checked.map((name) => [name, before[name] ?? emptyOf(resource, name)]));
  const differences = diff(resource, { ...desired, ...planned }, live.values);
  if (differences.length === 0) return;
  throw new DelineaError(
    'stale_plan',
    `${step.label} was changed since the plan was made: ${differingNames(differences)}`,
    {
      hint: 'Plan again and review what changed.',
    },
  );
}

/**
 * Refuses to remove an object that was deleted and created again under the same name: nobody reviewed removing the new
 * one. An object that is only deleted is fine. @throws DelineaError `stale_plan`
 */
export async function refuseRecreated(run: SurfaceStep): Promise<void> {
  if (isEdge(run.collection.resource)) return;
  const recreated = await observe({ ...run, step: { ...run.step, id: undefined } });
  if (!recreated) return;
  throw new DelineaError(
    'stale_plan',
    `${run.step.label} was deleted since the plan was made, and a new object has its name`,
    { hint: 'Plan again and review what changed.' },
  );
}

/**
 * Refuses to take an edge for gone if the response leaves out the list in which the plan saw it.
 * @throws DelineaError `incomplete_response`
 */
export async function refuseOmitted({ context, collection, key }: RunningStep): Promise<void> {
  const { resource, surface } = collection;
  const carrier = carrierOf(resource, key);
  if (!isEdge(resource) || !carrier) return;
  const { array } = resource.edge.storedIn!;
  const live = await context.tenant.collection(carrier.kind, surface.name).get(carrier.id, [array]);
  if (live && !Array.isArray(live.values[array])) throw missingList(`${carrier.kind} ${carrier.id}`, array);
}

/** Reads the live object of a step. @throws DelineaError `stale_plan` when it was deleted since the plan was made */
export async function requireLive(run: SurfaceStep): Promise<RemoteObject> {
  const live = await observe(run);
  if (live) return live;
  throw new DelineaError('stale_plan', `${run.step.label} was deleted since the plan was made`, {
    hint: 'Plan again.',
  });
}

function emptyOf(resource: Resource, name: string): unknown {
  const type = resource.attributes.find((attribute) => attribute.name === name)?.type;
  if (type === 'strings' || type === 'objects') return [];
  return type === 'string' ? '' : undefined;
}
