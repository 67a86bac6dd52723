import { isReference } from '../model/declaration.js';
import { labelOf } from '../resources/label.js';
import type { Duplicate } from './duplicates.js';
import { nameOrId } from './label.js';
import type { Match, PlanContext } from './plan-context.js';

/** Refuses both declarations of a pair: neither is planned. */
export function refuseBoth(context: PlanContext, match: Match, found: Duplicate<Match> | undefined): void {
  if (!found) return;
  const { other, error } = found;
  match.error ??= error(labelFor(context, match), other.declaration.address).at(match.declaration.address);
  other.error ??= error(labelFor(context, other), match.declaration.address).at(other.declaration.address);
}

/** Returns the label of a declaration for errors, with names in place of resolved ids. */
function labelFor(context: PlanContext, { resource, declaration, resolved }: Match): string {
  return labelOf(resource.type, { ...declaration.values, ...resolved }, (value, kinds, name) => {
    return isReference(value) ? value.ref : nameOrId(context, kinds, value, name);
  });
}
