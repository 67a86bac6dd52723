import { DelineaError } from '../model/errors.js';
import { keyText, nameText } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Values } from '../model/values.js';
import { declaredName, needsConsent } from './consent.js';
import { declaredKey, type Match, type PlanContext } from './plan-context.js';

/** Returns the address of another declaration that has this name. */
export function claimedByAnother(context: PlanContext, match: Match, values: Values): string | undefined {
  const key = keyText(match.resource, values);
  const others = claims(context, match.resource.type).get(nameText(match.resource, values)) ?? [];
  const found = others.find(
    (other) =>
      other.declaration.address !== match.declaration.address && keyText(other.resource, declaredKey(other)) === key,
  );
  return found?.declaration.address;
}

/** Returns the natural keys of the declared previous names. */
export function previousKeys({ declaration, resource }: Match): Values[] {
  const names = (declaration.values.previousNames as readonly string[] | undefined) ?? [];
  return names.map((name) => ({ [resource.key[0]!]: name }));
}

/**
 * Refuses to rename an account whose declaration does not have its earlier name: an address such as `lead` may get
 * another person. An account that was renamed outside of code gets its recorded name back.
 * @throws DelineaError `guarded`
 */
export function refuseHandOver(match: Match): void {
  const { declaration, resource, live, owned } = match;
  if (!live || !needsConsent(resource)) return;
  const name = (values: Values) => keyText(resource, values);
  const known = [declaration.values, ...previousKeys(match)].map(name);
  const earlier = owned?.key ?? live.values;
  if (known.includes(name(live.values)) || known.includes(name(earlier))) return;
  const [key = ''] = resource.key;
  const [from, to] = [String(live.values[key]), declaredName(match)];
  throw new DelineaError('guarded', `${from} would be renamed to ${to}, with its login, permissions and roles`, {
    path: `${declaration.address}.${snakeCase(key)}`,
    hint: `If both names belong to one person, add ${from} to previous_names. Otherwise declare ${to} at another address.`,
  });
}

const claimIndex = new WeakMap<PlanContext, Map<string, Map<string, Match[]>>>();

/** Returns the declarations of each name of a kind, in any parent. */
function claims(context: PlanContext, kind: string): Map<string, Match[]> {
  const index = claimIndex.get(context) ?? new Map<string, Map<string, Match[]>>();
  claimIndex.set(context, index);
  let ofKind = index.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    index.set(kind, ofKind);
    for (const match of context.matches.values()) {
      const { declaration, resource } = match;
      if (resource.type !== kind || declaration.lookup) continue;
      const name = nameText(resource, declaration.values);
      ofKind.set(name, [...(ofKind.get(name) ?? []), match]);
    }
  }
  return ofKind;
}
