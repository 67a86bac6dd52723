import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * The consent to bring an account back, as text for the ledger: what is written in code and was not spent before, or else
 * what the command line asks for, under a text that no other plan has. undefined: nobody consented.
 */
export function consentTo(context: PlanContext, match: Match, spent: string | undefined): string | undefined {
  const fresh = unspentText(context, match);
  if (fresh !== undefined && fresh !== spent) return fresh;
  const { declaration, resource } = match;
  const name = foldCase(declaration.values[resource.key[0]!]);
  const asked = (context.input.reactivate ?? []).some((wanted) => foldCase(wanted) === name);
  return asked ? `command line, ${context.timestamp}` : undefined;
}

/** What the ledger shall remember where nothing is brought back: a text that stood in code must not work later. */
export function consentOf(context: PlanContext, match: Match): string | undefined {
  return unspentText(context, match) ?? match.owned?.reactivated;
}

/** The text in code, unless it was spent for this account at any time, in the ledger or let go since. */
function unspentText({ usedConsents }: PlanContext, { declaration, resource, live, owned }: Match): string | undefined {
  const written = declaration.values.reactivate as string | undefined;
  if (written === undefined) return undefined;
  const account = { kind: resource.type, id: live?.id ?? owned?.id, key: declaration.values };
  return usedConsents.has(account, written) ? undefined : written;
}

/** The consent by which an account that was deleted outside of code is made again; undefined where it takes none. */
export function consentToRecreate(context: PlanContext, match: Match): string | undefined {
  return takesConsent(match) ? consentTo(context, match, match.owned?.reactivated) : undefined;
}

/**
 * What was deleted outside of code and can log in is not made again without consent.
 * @throws DelineaError `consent_missing`
 */
export function refuseRecreation(context: PlanContext, match: Match): void {
  const { resource } = match;
  if (!takesConsent(match) || consentToRecreate(context, match) !== undefined) return;
  throw new DelineaError(
    'consent_missing',
    `the ${resource.type} was deleted outside of code and is not created again without consent`,
    {
      hint: 'Remove the declaration, or consent with reactivate = "<ticket or date>" or --reactivate.',
    },
  );
}

function takesConsent({ resource: { removal }, deletedOutOfBand }: Match): boolean {
  return deletedOutOfBand === true && removal?.verb === 'deactivate' && removal.active !== undefined;
}
