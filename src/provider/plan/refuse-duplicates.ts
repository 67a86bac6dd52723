import { isReference } from '../model/declaration.js';
import { labelOf } from '../resources/label.js';
import type { Duplicate } from './duplicates.js';
import { nameOrId } from './label.js';
import type { Match, PlanContext } from './plan-context.js';

/** Refuses both declarations of a pair: neither is planned. */
export function refuseBoth(context: PlanContext, match: Match, found: Duplicate<Match> | undefined): void {
  if (!found) return;
  const { other, error } = found;
  match.error ??= error(labelFor(context, match), placeOf(context, other, match)).at(match.declaration.address);
  other.error ??= error(labelFor(context, other), placeOf(context, match, other)).at(other.declaration.address);
}

/** Returns how an error refers to the other declaration. In one set it is its label: Terraform knows no address for an element. */
function placeOf(context: PlanContext, other: Match, match: Match): string | undefined {
  const { address, setAddress } = other.declaration;
  if (setAddress === undefined || setAddress !== match.declaration.setAddress) return address;
  const label = labelFor(context, other);
  return label === labelFor(context, match) ? undefined : label;
}

/** Returns the label of a declaration for errors, with names in place of resolved ids. */
function labelFor(context: PlanContext, { resource, declaration, resolved }: Match): string {
  return labelOf(resource.type, { ...declaration.values, ...resolved }, (value, kinds, name) => {
    return isReference(value) ? value.ref : nameOrId(context, kinds, value, name);
  });
}
