import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { attributeOf } from '../model/resource.js';
import { refuseHiddenMembers } from '../plan/hidden-members.js';
import { edgeLabel, refuseOmittedList } from '../read/edges.js';
import { withCurrentScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { scopeAttribute } from '../resources/edge-words.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { type InstanceState, nameInState, type ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { allowancesForApply } from './plan-allowances.js';
import type { PlanMarks } from './private-state.js';
import { readInstance } from './read-instance.js';
import { freshReader, type SessionContext } from './session-context.js';
import type { Warning } from './warnings.js';

/** The live object of a state. */
export interface ReadState {
  /** undefined: it does not exist. */
  readonly live: InstanceState | undefined;
  readonly warnings: Warning[];
  /** The part of the plan that reaches the apply of an update: Terraform passes on what was read, and not what was planned. */
  readonly planned?: PlanMarks | undefined;
}

/**
 * Reads the object of a state, and what changed outside of code.
 * @throws DelineaError `visibility_reduced`, `incomplete_response`, or why it could not be read
 */
export async function readState(session: SessionContext, instance: ResourceInstance): Promise<ReadState> {
  const { shared, visibility, ownership } = session;
  const { resource, state = {}, privateState } = instance;
  const located = await locate(session, instance).catch(ignoreCodes('unknown_name'));
  const live = located && (await readTwice(session, located));
  visibility.record({ kind: resource.type }, live ? 'seen' : 'missing', () => edgeLabel(shared, resource.type, state));
  if (!located || !live) return readMissing(session, instance, located?.owned);
  const known = Object.entries(state).filter(([, value]) => value !== null && value !== undefined);
  const members = { ...privateState?.managedMembers, ...Object.fromEntries(known) };
  refuseHiddenMembers(resource, members, live.values, [], true);
  for (const entry of located.owned) ownership.add(keyOfOwned(entry), entry);
  const allowances = allowancesForApply(session.tenant.settings.allowances);
  return {
    live,
    warnings: [...disabledWarnings(instance, live), ...scopeWarnings(session, instance, located)],
    planned: allowances && { allowances },
  };
}

interface Located {
  readonly instance: ResourceInstance;
  readonly owned: readonly OwnedObject[];
}

/** Finds the scope of an instance under its current name. @throws DelineaError `unknown_name` */
export async function locate({ shared }: SessionContext, instance: ResourceInstance): Promise<Located> {
  const located = { ...instance, state: await withCurrentScope(shared, instance) };
  return { instance: located, owned: await ownedByState(shared, located) };
}

/** Reads an instance. A missing edge is read again: it has no name that could prove a wrong 404. */
async function readTwice(session: SessionContext, { instance, owned }: Located): Promise<InstanceState | undefined> {
  const read = (reader: TenantReader) => readInstance(reader, instance, owned);
  const live = await read(session.shared);
  if (live || !isEdge(instance.resource)) return live;
  session.secondReader ??= freshReader(session);
  return read(session.secondReader);
}

/** Concludes that an object is gone, once the reads of the session show that not too much is missing. */
async function readMissing(
  session: SessionContext,
  instance: ResourceInstance,
  owned: readonly OwnedObject[] | undefined,
): Promise<ReadState> {
  const { resource, state = {}, privateState } = instance;
  await session.barrier.afterReads();
  if (!owned) refuseLostScope(session, instance);
  refuseNeverVisible(session, instance);
  await session.visibility.enforce(resource.type);
  const [entry] = owned ?? [];
  if (entry && !session.visibility.allowsMissing)
    await refuseOmittedList(session.shared, resource, entry.key, session.visibility.remedy(1));
  if (resource.account && entry)
    session.deleted.set(nameKey(resource, state), { deletedOutOfBand: entry, privateState });
  return { live: undefined, warnings: [deletedWarning(instance)] };
}

/**
 * Refuses to conclude that an edge is gone because its scope is not found by name: the scope may have another name, or be
 * hidden from the account.
 * @throws DelineaError `incomplete_response`, unless what is missing so far is allowed to be
 */
export function refuseLostScope({ visibility }: SessionContext, { resource, state = {} }: ResourceInstance): void {
  const name = scopeAttribute(resource);
  if (visibility.allowsMissing || name === undefined) return;
  throw new DelineaError('incomplete_response', `no ${name} "${state[name]}" is visible`, {
    path: name,
    hint: `If the ${name} has another name or is hidden, its access still exists. Let the account of this run see it, or correct the name.`,
    remedy: [{ kind: 'recordAgain' }, ...visibility.remedy(1)],
  });
}

/** @throws DelineaError `incomplete_response` for an object that was created and never showed: it may appear later */
function refuseNeverVisible({ visibility }: SessionContext, instance: ResourceInstance): void {
  if (!instance.privateState?.neverVisible || visibility.allowsMissing) return;
  throw new DelineaError(
    'incomplete_response',
    `${nameInState(instance)} was created, but the API does not show it yet`,
    {
      hint: 'Plan again later. To make applies wait longer, raise visibility_seconds in the provider block. If it never appears, remove it from the state.',
      remedy: visibility.remedy(1),
    },
  );
}

function disabledWarnings({ resource, state = {} }: ResourceInstance, { values }: InstanceState): Warning[] {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return [];
  const wasActive = Object.entries(removal.active).every(([name, value]) => state[name] === value);
  const isInactive = Object.entries(removal.inactive).every(([name, value]) => values[name] === value);
  if (!wasActive || !isInactive) return [];
  const account = String(state[resource.key[0]!]);
  return [
    {
      message: `${account} was disabled outside of code; it stays disabled`,
      remedy: [{ kind: 'consent', account }],
    },
  ];
}

/** Warns that a scope was renamed. Access to it continues under the new name. */
function scopeWarnings({ shared }: SessionContext, instance: ResourceInstance, located: Located): Warning[] {
  const { resource, state = {} } = instance;
  const name = scopeAttribute(resource);
  const id = name && located.instance.state?.[name];
  if (name === undefined || state[name] === id) return [];
  const current = shared.translator.nameOf(attributeOf(resource, name).refersTo, String(id));
  return [
    {
      message: `${nameInState(instance)}: its ${name} was renamed${current === undefined ? '' : ` to ${current}`} (id ${id})`,
      hint: 'Write the new name, or the id.',
    },
  ];
}

function deletedWarning(instance: ResourceInstance): Warning {
  const { resource, state = {} } = instance;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  const warning = {
    message: `${nameInState(instance)} was ${verb} outside of code`,
    groupMessage: `was ${verb} outside of code`,
  };
  if (!resource.account) return { ...warning, hint: 'If it is declared, the next apply creates it again.' };
  return {
    ...warning,
    hint: 'It is not created again without consent.',
    remedy: [{ kind: 'consent', account: String(state[resource.key[0]!]) }],
  };
}
