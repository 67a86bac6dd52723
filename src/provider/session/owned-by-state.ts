import { isReference } from '../model/declaration.js';
import { elementsAsEdges } from '../model/elements.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Step } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { pick } from '../model/values.js';
import { derivedKey } from '../plan/correlation-key.js';
import { resolveScope, withCurrentScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { toOwnedObject } from '../read/to-owned-object.js';
import { edgesListed } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { addressOf, nameInState, type ResourceInstance } from './instance.js';

/**
 * Returns the owned object of a state; the edges of an authoritative set.
 * @throws DelineaError `unknown_name` for a name that no object has
 */
export async function ownedByState(reader: TenantReader, instance: ResourceInstance): Promise<OwnedObject[]> {
  const { resource, privateState = {} } = instance;
  if (!instance.state) return [];
  refuseOtherSpaces(reader, instance);
  const state = await withCurrentScope(reader, instance);
  const address = addressOf(instance, state);
  const derived = derivedKey(reader.tenant.settings, resource, state);
  const remembered = { address, correlation: privateState.correlation ?? derived };
  const { authoritativeFor } = resource;
  if (!authoritativeFor) {
    // The lists of a state are the live ones; the declared members are in its private state.
    const known = pick(state, ['id', ...resource.key, 'onRemoval', 'reactivate']);
    const { key, ...owned } = await toOwnedObject(reader, resource, known, remembered);
    const { name, managedMembers } = privateState;
    return [{ ...owned, key: name === undefined ? key : { ...key, [resource.key[0]!]: name }, managedMembers }];
  }
  const edge = resourceOf(authoritativeFor.edge);
  const scope = await resolveScope(reader, resource, state);
  return Promise.all(
    elementsAsEdges(authoritativeFor, { ...state, [authoritativeFor.scope]: scope }).map((ends) =>
      // An edge is found by principal and scope: the id in the state may belong to an earlier right.
      toOwnedObject(reader, edge, { ...ends, id: keyText(edge, ends) }, remembered),
    ),
  );
}

/**
 * Refuses a state with ids of another id space than the current routing uses. The same ids would identify other
 * objects.
 * @throws DelineaError `incomplete_response`
 */
function refuseOtherSpaces({ tenant }: TenantReader, instance: ResourceInstance): void {
  const { homes = {} } = instance.privateState ?? {};
  const { surfaces } = tenant.settings;
  const other = Object.keys(homes).find((kind) => surfaces[homes[kind]!]?.idSpace !== tenant.home(kind).idSpace);
  if (other === undefined) return;
  const was = homes[other]!;
  throw new DelineaError(
    'incomplete_response',
    `${nameInState(instance)}: the state has ids of the ${surfaces[was]?.title ?? was}, but ${resourceOf(other).plural} are routed to the ${tenant.home(other).title}, which has other ids`,
    {
      hint: 'Restore the earlier routing.',
      remedy: { kind: 'recordAgain' },
    },
  );
}

/** Returns the key of a step's object by kind and natural key; undefined while its principal or scope is not known. */
export function nameOfStep({ kind, before, desired }: Step): string | undefined {
  const resource = resourceOf(kind);
  const values = { ...before, ...desired };
  const unknown = resource.key.some(
    (name) => (values[name] === undefined && attributeOf(resource, name).required) || isReference(values[name]),
  );
  return unknown ? undefined : nameKey(resource, values);
}

/** Returns the keys of a step's object and of the edges that its lists declare: a group declares its memberships. */
export function namesOfStep(step: Step): string[] {
  const resource = resourceOf(step.kind);
  const listed = edgesListed(resource, step.id ?? '', { ...step.before, ...step.desired });
  return [nameOfStep(step) ?? [], ...listed.map((edge) => nameKey(edge.resource, edge.values))].flat();
}

/** Returns the key by which another address recognises a removed object: name and id; for an edge its name alone. */
export function redeclaredName({ kind, id }: Pick<Step, 'kind' | 'id'>, name: string): string {
  return isEdge(resourceOf(kind)) ? name : `${name} ${id}`;
}
