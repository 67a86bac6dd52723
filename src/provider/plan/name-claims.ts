import { keyText } from '../model/keys.js';
import type { Values } from '../model/values.js';
import type { Match, PlanContext } from './plan-context.js';

/** The address of another declaration that has this name. */
export function claimedByAnother(planning: PlanContext, match: Match, values: Values): string | undefined {
  const key = keyText(match.resource, values);
  return claims(planning, match.resource.type)
    .get(key)
    ?.find((address) => address !== match.declaration.address);
}

/** What the object may have been called before, as natural keys. */
export function previousKeys({ declaration, resource }: Match): Values[] {
  const names = (declaration.values.previousNames as readonly string[] | undefined) ?? [];
  return names.map((name) => ({ [resource.key[0]!]: name }));
}

const claimIndex = new WeakMap<PlanContext, Map<string, Map<string, string[]>>>();

/** Which addresses declare which name. */
function claims(planning: PlanContext, kind: string): Map<string, string[]> {
  const index = claimIndex.get(planning) ?? new Map<string, Map<string, string[]>>();
  claimIndex.set(planning, index);
  let ofKind = index.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    index.set(kind, ofKind);
    for (const { declaration, resource } of planning.matches.values()) {
      if (resource.type !== kind || declaration.lookup) continue;
      const key = keyText(resource, declaration.values);
      ofKind.set(key, [...(ofKind.get(key) ?? []), declaration.address]);
    }
  }
  return ofKind;
}
