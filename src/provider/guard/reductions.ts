import type { Step } from '../model/plan.js';
import { isCleared, type Values } from '../model/values.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';

/** Whether a step disables, removes or empties its object. Disabling by declaration is disabling all the same. */
export function removes(step: Step): boolean {
  if (step.operation === 'deactivate' || step.operation === 'delete' || step.operation === 'revoke') return true;
  const { removal } = resourceOf(step.kind);
  if (step.operation !== 'update' || removal?.verb !== 'deactivate') return false;
  return Object.entries(removal.inactive).every(
    ([name, value]) => step.changed.includes(name) && same(step.desired[name], value),
  );
}

function same(desired: unknown, value: unknown): boolean {
  return desired === value || (isCleared(desired) && isCleared(value));
}

/** Whether the principal of an edge has less afterwards: nothing, or a right that does not hold all that the old one held. */
export function reducesRight(step: Step): boolean {
  if (step.operation === 'revoke' || step.operation === 'delete') return true;
  if (step.operation !== 'replace') return false;
  const { attributes } = resourceOf(step.kind);
  const changed = attributes.filter(({ name }) => step.changed.includes(name));
  return !changed.every(
    ({ name, least, most }) =>
      (most !== undefined && step.desired[name] === most) || (least !== undefined && step.before[name] === least),
  );
}

/** Whether anything in a step takes from somebody what he has. */
export function reducesAccess(step: Step): boolean {
  return removes(step) || reducesRight(step) || removedMembers(step).length > 0;
}

/** Ids that leave the lists of a step's object. */
export function removedMembers(step: Step): readonly string[] {
  const { removal } = resourceOf(step.kind);
  const emptied = step.operation === 'deactivate' || step.operation === 'delete';
  const after: Values = emptied && removal?.verb === 'deactivate' ? removal.inactive : step.desired;
  return memberLists(resourceOf(step.kind)).flatMap((name) => {
    if (!(name in after) || !(emptied || step.operation === 'update')) return [];
    const kept = new Set(after[name] as readonly unknown[]);
    return ((step.before[name] as readonly string[] | undefined) ?? []).filter((id) => !kept.has(id));
  });
}

/** Ids that are in the lists of a step's object when it begins; what a step does not change is as declared. */
export function membersBefore({ kind, operation, before, desired, changed }: Step): readonly string[] {
  return memberLists(resourceOf(kind)).flatMap((name) => {
    const as = operation === 'create' || changed.includes(name) ? before : { ...desired, ...before };
    return (as[name] as readonly string[] | undefined) ?? [];
  });
}
