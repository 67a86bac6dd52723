import { attributeOf, isCleared, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Plan, Step } from './format.js';

/** Every step of a plan; a set is looked at edge by edge. */
export function stepsOf(plan: Pick<Plan, 'resource_changes'>): Step[] {
  return plan.resource_changes.flatMap(({ delinea }) => delinea.parts ?? [delinea]);
}

/** Whether a step disables, removes or empties its object. Disabling by declaration is disabling all the same. */
export function takesAway(step: Step): boolean {
  if (step.operation === 'deactivate' || step.operation === 'delete' || step.operation === 'revoke') return true;
  const { removal } = resourceOf(step.kind);
  if (step.operation !== 'update' || removal?.verb !== 'deactivate') return false;
  return Object.entries(removal.to).every(
    ([name, value]) => step.changed.includes(name) && same(step.desired[name], value),
  );
}

function same(desired: unknown, value: unknown): boolean {
  return desired === value || (isCleared(desired) && isCleared(value));
}

/** Whether the principal of an edge has less afterwards: nothing, or a right that does not hold all that the old one held. */
export function lessens(step: Step): boolean {
  if (step.operation === 'revoke' || step.operation === 'delete') return true;
  if (step.operation !== 'regrant') return false;
  const { attributes } = resourceOf(step.kind);
  const changed = attributes.filter(({ name }) => step.changed.includes(name));
  return !changed.every(
    ({ name, least, most }) =>
      (most !== undefined && step.desired[name] === most) || (least !== undefined && step.before[name] === least),
  );
}

/** Whether anything in a step takes from somebody what he has. */
export function isLoss(step: Step): boolean {
  return takesAway(step) || lessens(step) || removedMembers(step).length > 0;
}

/** Ids that leave the lists of a step's object. */
export function removedMembers(step: Step): readonly string[] {
  const { removal } = resourceOf(step.kind);
  const emptied = step.operation === 'deactivate' || step.operation === 'delete';
  const after: Values = emptied && removal?.verb === 'deactivate' ? removal.to : step.desired;
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

/** By definition; asked for every step whenever a plan is weighed. */
const listsOf = new WeakMap<Resource['attributes'], readonly string[]>();

/** The lists of ids that a kind holds: the members of a group. */
export function memberLists({ attributes }: Resource): readonly string[] {
  const known = listsOf.get(attributes);
  if (known) return known;
  const lists = attributes.filter(({ type, refersTo }) => type === 'strings' && refersTo.length > 0);
  const names = lists.map(({ name }) => name);
  listsOf.set(attributes, names);
  return names;
}

/** What the lists of a kind hold: users and groups. */
export function memberKinds(resource: Resource): string[] {
  return [...new Set(memberLists(resource).flatMap((name) => attributeOf(resource, name).refersTo))];
}

/** The attribute of an edge that names its principal. */
export function principalIn(resource: Resource): string | undefined {
  return resource.attributes.find(({ refersBy }) => refersBy !== undefined)?.name;
}

/** Kind and id of an edge's principal. */
export function principalOf(kind: string, values: Values): { kind: string; id: string } | undefined {
  const resource = resourceOf(kind);
  const name = principalIn(resource);
  if (name === undefined || values[name] === undefined) return undefined;
  return { kind: String(values[attributeOf(resource, name).refersBy!]), id: String(values[name]) };
}
