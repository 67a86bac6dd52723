import { keyText } from '../model/keys.js';
import type { Values } from '../model/values.js';
import type { Match, PlanContext } from './plan-context.js';

/** Returns the address of another declaration that has this name. */
export function claimedByAnother(context: PlanContext, match: Match, values: Values): string | undefined {
  const key = keyText(match.resource, values);
  return claims(context, match.resource.type)
    .get(key)
    ?.find((address) => address !== match.declaration.address);
}

/** Returns the natural keys of the declared previous names. */
export function previousKeys({ declaration, resource }: Match): Values[] {
  const names = (declaration.values.previousNames as readonly string[] | undefined) ?? [];
  return names.map((name) => ({ [resource.key[0]!]: name }));
}

const claimIndex = new WeakMap<PlanContext, Map<string, Map<string, string[]>>>();

/** Returns the addresses that declare each name of a kind. */
function claims(context: PlanContext, kind: string): Map<string, string[]> {
  const index = claimIndex.get(context) ?? new Map<string, Map<string, string[]>>();
  claimIndex.set(context, index);
  let ofKind = index.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    index.set(kind, ofKind);
    for (const { declaration, resource } of context.matches.values()) {
      if (resource.type !== kind || declaration.lookup) continue;
      const key = keyText(resource, declaration.values);
      ofKind.set(key, [...(ofKind.get(key) ?? []), declaration.address]);
    }
  }
  return ofKind;
}
