import { type Declaration, referencesIn } from '../model/declaration.js';
import { foldCase } from '../model/fold-case.js';
import { snakeCase } from '../model/names.js';
import type { Principal } from '../model/principal.js';
import { resourceOf } from '../resources/index.js';

/** One place in code that speaks of an account. */
export interface CodeReference {
  readonly address: string;
  /** Attributes in snake_case that name it; none: the declaration is that of the account itself. */
  readonly attributes: readonly string[];
}

/** Where code still declares an account or gives it something: the next apply would give it again. */
export function findCodeReferences(
  declarations: readonly Declaration[],
  { kind, id }: Principal,
  name: string,
): CodeReference[] {
  const [key] = resourceOf(kind).key;
  const means = (declaration: Declaration) =>
    declaration.kind === kind && foldCase(declaration.values[key!]) === foldCase(name);
  const addresses = new Set(declarations.filter(means).map(({ address }) => address));
  const names = (value: unknown): boolean =>
    value === id ||
    referencesIn(value).some(({ ref }) => addresses.has(ref)) ||
    (typeof value === 'object' && value !== null && Object.values(value).some(names));
  return declarations.flatMap((declaration) => {
    const { address, lookup, values } = declaration;
    if (lookup) return [];
    if (addresses.has(address)) return [{ address, attributes: [] }];
    const attributes = Object.keys(values).filter((attribute) => names(values[attribute]));
    return attributes.length === 0 ? [] : [{ address, attributes: attributes.map(snakeCase) }];
  });
}
