import { DelineaError } from '../model/errors.js';
import { keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { consentTo } from './consent.js';
import { claimedByAnother, previousKeys } from './name-claims.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * The ledger's entry of one of these names, at whatever address, where the service says that its object is gone. Of
 * several the one that nobody consented to bring back.
 * @throws DelineaError where the service does not say
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
  // Two entries may have one name: neither hides the other.
  if (here?.kind === resource.type && wanted.has(keyText(resource, here.key))) entries.push(here);
  const view = context.snapshot.view(resource.type);
  const gone: OwnedObject[] = [];
  for (const entry of new Set(entries)) if (entry && !(await view.byId(entry.id))) gone.push(entry);
  return gone.find((entry) => !isConsented(context, match, entry)) ?? gone[0];
}

/** Whether somebody consented to bring this very object back: a text that was spent for it is spent under another name too. */
function isConsented(context: PlanContext, match: Match, gone: OwnedObject): boolean {
  return consentTo(context, { ...match, owned: gone }, gone.reactivated) !== undefined;
}

/** Previous names that are the declaration's alone: one that another declares now is that one's, gone or not. */
export function ownPreviousKeys(context: PlanContext, match: Match): Values[] {
  return previousKeys(match).filter((values) => !claimedByAnother(context, match, values));
}

/**
 * An account that was deleted and made again has the name of ours and may belong to somebody else, however it was found.
 * @throws DelineaError `consent_missing`
 */
export async function refuseReusedName(context: PlanContext, match: Match, found: RemoteObject): Promise<void> {
  const { declaration, resource } = match;
  if (!resource.account || context.ownedById.has(objectKey(resource.type, found.id))) return;
  const names = [declaration.values, found.values, ...ownPreviousKeys(context, match)];
  const ours = await deletedEntry(context, match, names);
  if (!ours || isConsented(context, match, ours)) return;
  // The ledger must know it in the next run too.
  match.owned = ours;
  const [by] = resource.key;
  const [lost, other] = [ours.key, found.values].map((values) => String(values[by!]));
  const same = keyText(resource, ours.key) === keyText(resource, found.values);
  throw new DelineaError(
    'consent_missing',
    `${lost} was deleted outside of code and ${same ? 'another account has the name now' : `${other} is another account`}`,
    {
      hint: 'First check that it is the same person.',
      remedy: { kind: 'consent', account: String(declaration.values[by!]) },
    },
  );
}
