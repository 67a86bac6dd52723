import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange } from '../model/plan.js';
import type { Values } from '../model/values.js';
import type { Duplicate } from '../plan/duplicates.js';
import { edgeLabel } from '../read/edges.js';
import { resolveScope, withCurrentScope } from '../read/scope.js';
import type { ResourceInstance } from './instance.js';
import { nameOfStep, ownedByState } from './owned-by-state.js';
import type { SessionContext, SessionDeclarant } from './session-context.js';

/**
 * Adds a planned declaration with the live object that it refers to.
 * @param live the id of that object, if the state has none
 * @throws DelineaError `duplicate` if an earlier declaration of this session refers to the same object, edge or scope
 */
export function refuseDuplicateChange(
  session: SessionContext,
  instance: ResourceInstance,
  { delinea }: ResourceChange,
  live: string | undefined,
): void {
  const { resource, state, declared } = instance;
  if (!declared) return;
  const { label, before, desired } = delinea;
  const id = state && String(state.id);
  if (resource.authoritativeFor)
    refuseChange(
      instance,
      session.duplicates.addAuthoritative(resource.authoritativeFor.edge, delinea.id, { id }),
      label,
    );
  else if (nameOfStep(delinea) !== undefined) addName(session, instance, { ...before, ...desired }, id, label);
  addObject(session, instance, id ?? live, label);
}

/** Adds an instance that equals its state and has no change. @throws DelineaError `duplicate` */
export async function refuseDuplicateState(
  session: SessionContext,
  instance: ResourceInstance,
  owned: readonly OwnedObject[],
): Promise<void> {
  const { resource, state } = instance;
  const label = instanceLabel(session, instance);
  const id = state && String(state.id);
  if (resource.authoritativeFor) {
    const scope = await withCurrentScope(session.shared, instance)
      .then((current) => resolveScope(session.shared, resource, current))
      .catch(ignoreCodes('unknown_name'));
    if (scope !== undefined)
      refuse(session.duplicates.addAuthoritative(resource.authoritativeFor.edge, scope, { id }), label);
  } else for (const entry of owned) addName(session, instance, entry.key, entry.id, label);
  addObject(session, instance, id, label);
}

/**
 * Adds an instance that an apply will create, because its plan may not have known its name. Names that cannot be
 * resolved are reported by the apply itself.
 * @throws DelineaError `duplicate`
 */
export async function refuseDuplicateCreation(session: SessionContext, instance: ResourceInstance): Promise<void> {
  const { resource, declared, state } = instance;
  if (state || !declared) return;
  const label = instanceLabel(session, instance);
  if (resource.authoritativeFor) {
    const scope = await resolveScope(session.shared, resource, declared).catch(ignoreErrors);
    if (scope !== undefined)
      refuse(session.duplicates.addAuthoritative(resource.authoritativeFor.edge, scope, { id: undefined }), label);
    return;
  }
  const owned = await ownedByState(session.shared, { resource, state: { ...declared, id: '' } }).catch(ignoreErrors);
  for (const { key } of owned ?? []) addName(session, instance, key, undefined, label);
}

/** Adds the lists of an object that this run has created: the plan did not know its id. */
export function addCreatedLists(
  { duplicates }: SessionContext,
  { resource, declared, state }: ResourceInstance,
  id: string,
): void {
  if (state) return;
  for (const { edge, elements } of resource.lists ?? []) {
    // An edge that is declared beside the list comes later, because it needs this id, and is refused then.
    if (declared?.[elements] !== undefined) duplicates.addAuthoritative(edge, id, { id });
  }
}

function addName(
  { duplicates }: SessionContext,
  instance: ResourceInstance,
  key: Values,
  id: string | undefined,
  label: string,
): void {
  const { resource } = instance;
  refuseChange(instance, duplicates.addName(resource, key, { id }), label);
  refuse(duplicates.addAdditive(resource, key, { id }), label);
}

function addObject(
  { duplicates }: SessionContext,
  { resource, declared }: ResourceInstance,
  id: string | undefined,
  label: string,
): void {
  if (!declared || id === undefined || resource.authoritativeFor || isEdge(resource)) return;
  refuse(duplicates.addObject(resource, objectKey(resource.type, id), { id }), label);
  for (const { edge, elements } of resource.lists ?? []) {
    if (declared[elements] !== undefined) refuse(duplicates.addAuthoritative(edge, id, { id }), label);
  }
}

/**
 * Refuses a second declaration. Terraform plans a forced replacement a second time, without a state and with the private
 * state of the first plan.
 */
function refuseChange(
  { state, privateState = {} }: ResourceInstance,
  found: Duplicate<SessionDeclarant> | undefined,
  label: string,
): void {
  const isReplacement = !state && privateState.homes !== undefined;
  if (!found || !isReplacement) refuse(found, label);
  else
    throw new DelineaError('duplicate', `${label} would be removed and created again`, {
      hint: 'Do not force a replacement (-replace, replace_triggered_by): the live object is updated in place.',
    });
}

function refuse(found: Duplicate<SessionDeclarant> | undefined, label: string): void {
  if (found) throw found.error(label);
}

/** Returns the label of an instance for errors, before it is planned. */
function instanceLabel({ shared }: SessionContext, { resource, declared = {} }: ResourceInstance): string {
  return edgeLabel(shared, resource.type, declared);
}

/** Ignores an error that the apply reports. */
function ignoreErrors(error: unknown): undefined {
  if (!(error instanceof DelineaError)) throw error;
}
