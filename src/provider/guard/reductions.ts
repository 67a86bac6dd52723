import { isEdge } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import { isCleared, type Values } from '../model/values.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

/**
 * Returns whether a step disables, removes or empties its object, including a declared `active = false` or empty list.
 */
export function removes(step: Step): boolean {
  if (step.operation === 'deactivate' || step.operation === 'delete' || step.operation === 'revoke') return true;
  const { removal } = resourceOf(step.kind);
  if (step.operation !== 'update' || removal?.verb !== 'deactivate') return false;
  return Object.entries(removal.inactive).every(
    ([name, value]) => step.changed.includes(name) && isSame(step.desired[name], value),
  );
}

function isSame(desired: unknown, value: unknown): boolean {
  return desired === value || (isCleared(desired) && isCleared(value));
}

/** Returns whether the principal of an edge loses the right, or gets a right that does not include the old one. */
export function reducesRight(step: Step): boolean {
  if (step.operation === 'revoke' || step.operation === 'delete') return true;
  const resource = resourceOf(step.kind);
  // Some surfaces change a right in place.
  if (step.operation !== 'replace' && !(step.operation === 'update' && isEdge(resource))) return false;
  const { attributes } = resource;
  const changed = attributes.filter(({ name }) => step.changed.includes(name));
  return !changed.every(
    ({ name, least, most }) =>
      (most !== undefined && step.desired[name] === most) || (least !== undefined && step.before[name] === least),
  );
}

/** Returns whether a step renames its object. */
export function renames({ operation, kind, changed }: Step): boolean {
  return operation === 'update' && resourceOf(kind).key.some((name) => changed.includes(name));
}

/** Returns whether a step reduces access. */
export function reducesAccess(step: Step): boolean {
  return removes(step) || reducesRight(step) || removedMembers(step).length > 0;
}

/** Returns the ids that a step removes from the member lists of its object. */
export function removedMembers(step: Step): readonly string[] {
  const resource = resourceOf(step.kind);
  const { removal } = resource;
  const isEmptied = step.operation === 'deactivate' || step.operation === 'delete';
  const after: Values = isEmptied && removal?.verb === 'deactivate' ? removal.inactive : step.desired;
  return memberLists(resource).flatMap((name) => {
    if (!(name in after) || !(isEmptied || step.operation === 'update')) return [];
    const kept = new Set(after[name] as readonly unknown[]);
    return ((step.before[name] as readonly string[] | undefined) ?? []).filter((id) => !kept.has(id));
  });
}

/**
 * Returns the ids in the member lists of a step's object before the step. If the step does not change a list, its
 * declared members are the live ones.
 */
export function membersBefore({ kind, operation, before, desired, changed }: Step): readonly string[] {
  return memberLists(resourceOf(kind)).flatMap((name) => {
    const values = operation === 'create' || changed.includes(name) ? before : { ...desired, ...before };
    return (values[name] as readonly string[] | undefined) ?? [];
  });
}
