import { isReference } from '../model/declaration.js';
import { objectKey } from '../model/keys.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { labelOf } from '../resources/label.js';
import type { PlanContext } from './plan-context.js';

type Names = Pick<PlanContext, 'translator' | 'matches' | 'ownedById'>;

/** Returns the name under which people know an object of the plan, with names in place of ids. */
export function labelIn(names: Names, kind: string, values: Values): string {
  return labelOf(kind, values, (value, kinds, attribute) => nameOrId(names, kinds, value, attribute));
}

/**
 * Returns the name of the object that a value refers to: from the tenant, else from the declaration or the ledger, else
 * its id. The ledger still has the names of deleted objects.
 * @param kinds the kinds that an id may be of
 * @param otherwise the text for a value that is not set
 */
export function nameOrId(names: Names, kinds: readonly string[], value: unknown, otherwise = ''): string {
  if (value === undefined) return otherwise;
  if (isReference(value)) {
    const target = names.matches.get(value.ref);
    return target ? String(target.declaration.values[target.resource.key[0]!]) : value.ref;
  }
  const id = String(value);
  const known = names.translator.nameOf(kinds, id);
  if (known !== undefined) return known;
  const owned = kinds.map((of) => names.ownedById.get(objectKey(of, id))?.key[resourceOf(of).key[0]!]);
  return String(owned.find((name) => name !== undefined) ?? id);
}
