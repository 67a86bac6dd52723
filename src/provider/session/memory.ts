import type { ResourceChange } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { declaredMembers } from '../read/owned-object.js';
import { scopeIdOf } from '../resources/edges.js';
import type { Memory, ResourceInstance } from './instance.js';

/** Attributes that are empty in the state because an import found them unset, and that were not asked for since. */
export function assumedEmpty({ state = {}, memory = {} }: ResourceInstance): string[] {
  return (memory.unset ?? []).filter((name) => isCleared(state[name]));
}

/** What an import tells beside the attributes. @param known from its text @param live as the object was read whole */
export function memoryOf(resource: Resource, known: Values, live: Values): Memory {
  const { attributes, correlation } = resource;
  const place = scopeIdOf(resource, live);
  const key = correlation === undefined ? undefined : known[correlation];
  const unset = attributes.filter(({ name, setting }) => !setting && (live[name] ?? null) === null);
  return {
    ...(unset.length === 0 ? {} : { unset: unset.map(({ name }) => name) }),
    ...(key === undefined ? {} : { correlation: String(key) }),
    ...(known.reactivate === undefined ? {} : { spent: [String(known.reactivate)] }),
    ...(place === undefined ? {} : { place }),
  };
}

/** What the next run must remember of an object after this change. */
export function memoryAfter({ resource, memory = {} }: ResourceInstance, { delinea }: ResourceChange): Memory {
  const { correlation, reactivated, before, desired } = delinea;
  const place = scopeIdOf(resource, { ...before, ...desired });
  const held = declaredMembers(resource, desired);
  const unset = (memory.unset ?? []).filter((name) => !(name in desired));
  const spent = new Set([...(memory.spent ?? []), ...(reactivated === undefined ? [] : [reactivated])]);
  return {
    ...(correlation === undefined ? {} : { correlation }),
    ...(spent.size === 0 ? {} : { spent: [...spent].sort() }),
    ...(held === undefined ? {} : { held }),
    ...(unset.length === 0 ? {} : { unset }),
    ...(place === undefined ? {} : { place }),
  };
}
