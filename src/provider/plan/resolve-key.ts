import { isReference } from '../model/declaration.js';
import { ignoreCodes } from '../model/errors.js';
import { attributeOf } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { Match, PlanContext } from './plan-context.js';
import { resolveValue } from './resolve-references.js';

/** Returns the declarations to which the natural key of a declaration refers. They are matched first. */
export function declaredParents({ matches }: PlanContext, { declaration, resource }: Match): Match[] {
  return resource.key.flatMap((name) => {
    const value = declaration.values[name];
    return isReference(value) ? (matches.get(value.ref) ?? []) : [];
  });
}

/**
 * Returns the declared natural key of a kind whose names are unique only within their parent. An empty parent is the root,
 * and one that does not exist yet stays a reference: its objects do not exist either.
 * @returns undefined for other kinds, and for a parent that is not found: the resolution of all references reports that
 * @throws DelineaError `ambiguous`, or `skipped` if the declaration of the parent has an error
 */
export async function resolveKey(context: PlanContext, match: Match): Promise<Values | undefined> {
  const { resource, declaration } = match;
  const { parent } = resource.namedBy ?? {};
  if (parent === undefined || declaration.lookup) return undefined;
  const value = await resolveValue(context, match, attributeOf(resource, parent)).catch(ignoreCodes('unknown_name'));
  return value === undefined ? undefined : { ...pick(declaration.values, resource.key), [parent]: value };
}
