import { type Declaration, referencesIn } from '../model/declaration.js';
import { foldCase } from '../model/fold-case.js';
import { snakeCase } from '../model/names.js';
import { objectRefs } from '../model/object-refs.js';
import type { Principal } from '../model/principal.js';
import { resourceOf } from '../resources/index.js';

/** A declaration that names an account. */
export interface CodeReference {
  readonly address: string;
  /** Names of the attributes that refer to the account, in snake_case; empty: the declaration of the account itself. */
  readonly attributes: readonly string[];
}

/** Finds the declarations of an account and of its access, which the next apply would grant again. */
export function findCodeReferences(
  declarations: readonly Declaration[],
  { kind, id }: Principal,
  name: string,
): CodeReference[] {
  const [key] = resourceOf(kind).key;
  const isAccount = (declaration: Declaration) =>
    declaration.kind === kind && foldCase(declaration.values[key!]) === foldCase(name);
  const addresses = new Set(declarations.filter(isAccount).map(({ address }) => address));
  return declarations.flatMap((declaration) => {
    const { address, lookup, values } = declaration;
    if (lookup) return [];
    if (addresses.has(address)) return [{ address, attributes: [] }];
    const attributes = resourceOf(declaration.kind).attributes.filter(
      (attribute) =>
        objectRefs([attribute], values).some((ref) => ref.id === id && ref.kinds.includes(kind)) ||
        referencesIn(values[attribute.name]).some(({ ref }) => addresses.has(ref)),
    );
    return attributes.length === 0 ? [] : [{ address, attributes: attributes.map(({ name }) => snakeCase(name)) }];
  });
}
