import { DelineaError } from '../model/errors.js';
import { keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { consentTo } from './consent.js';
import { claimedByAnother, previousKeys } from './name-claims.js';
import { declaredKey, type Match, type PlanContext } from './plan-context.js';

/**
 * Returns the ledger's entry with one of these names, at any address, whose object is deleted; undefined if there is
 * none. An entry without consent to recreate it has precedence.
 * @throws DelineaError if the service does not show whether the object exists
 */
export async function deletedEntry(
  context: PlanContext,
  match: Match,
  names: readonly Values[],
): Promise<OwnedObject | undefined> {
  const { resource, declaration } = match;
  const wanted = new Set(names.map((values) => keyText(resource, values)));
  const here = context.ownedByAddress.get(declaration.address);
  const entries = [...wanted].map((name) => context.ownedByName.get(objectKey(resource.type, name)));
  // Two entries may have the same name, and the index keeps only one of them: check the entry of this address as well.
  if (here?.kind === resource.type && wanted.has(keyText(resource, here.key))) entries.push(here);
  const view = context.snapshot.view(resource.type);
  const deleted: OwnedObject[] = [];
  for (const entry of new Set(entries)) if (entry && !(await view.byId(entry.id))) deleted.push(entry);
  return deleted.find((entry) => !isConsented(context, match, entry)) ?? deleted[0];
}

/** Whether there is consent to create this object again. A consent that was used for it is used under another name too. */
function isConsented(context: PlanContext, match: Match, gone: OwnedObject): boolean {
  return consentTo(context, { ...match, owned: gone }, gone.reactivated) !== undefined;
}

/** Returns the previous names that no other declaration has now. */
export function ownPreviousKeys(context: PlanContext, match: Match): Values[] {
  return previousKeys(match).filter((values) => !claimedByAnother(context, match, values));
}

/**
 * Refuses an unmanaged account that has the name of a deleted managed account. It may belong to another person, no
 * matter how it was found.
 * @throws DelineaError `consent_missing`
 */
export async function refuseReusedName(context: PlanContext, match: Match, found: RemoteObject): Promise<void> {
  const { declaration, resource } = match;
  if (!resource.account || context.ownedById.has(objectKey(resource.type, found.id))) return;
  const names = [declaredKey(match), found.values, ...ownPreviousKeys(context, match)];
  const ours = await deletedEntry(context, match, names);
  if (!ours || isConsented(context, match, ours)) return;
  // Keeps the entry in the ledger, so that the next run refuses the account as well.
  match.owned = ours;
  const [by] = resource.key;
  const [lost, other] = [ours.key, found.values].map((values) => String(values[by!]));
  const same = keyText(resource, ours.key) === keyText(resource, found.values);
  throw new DelineaError(
    'consent_missing',
    `${lost} was deleted outside of code and ${same ? 'another account has this name now' : `${other} is another account`}`,
    {
      hint: 'First check that the account belongs to the same person.',
      remedy: { kind: 'consent', account: String(declaration.values[by!]) },
    },
  );
}
