import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { commandLineConsent } from '../model/plan-digest.js';
import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * Returns the consent to enable an account again, as text for the ledger: the `reactivate` text in code unless it was
 * used before, else the time of the plan if the run names the account; undefined without consent.
 * @param used the text that enabled the account the last time
 */
export function consentTo(context: PlanContext, match: Match, used: string | undefined): string | undefined {
  const written = unusedText(context, match);
  if (written !== undefined && written !== used) return written;
  const account = foldCase(declaredName(match));
  const named = (context.input.reactivate ?? []).some((name) => foldCase(name) === account);
  return named ? commandLineConsent(context.timestamp) : undefined;
}

/**
 * Returns the consent text for the ledger if no account is enabled. The text is recorded although it had no effect, so
 * that it cannot enable the account later.
 */
export function consentOf(context: PlanContext, match: Match): string | undefined {
  return unusedText(context, match) ?? match.owned?.reactivated;
}

/**
 * Returns the `reactivate` text in code; undefined if this account has used it before, even if the ledger no longer
 * lists the account.
 */
function unusedText({ usedConsents }: PlanContext, { declaration, resource, live, owned }: Match): string | undefined {
  const written = declaration.values.reactivate as string | undefined;
  if (written === undefined) return undefined;
  const account = { kind: resource.type, id: live?.id ?? owned?.id, key: declaration.values };
  return usedConsents.has(account, written) ? undefined : written;
}

/**
 * Returns the consent to create an account again that was deleted outside of code; undefined if none is needed or
 * given.
 */
export function consentToRecreate(context: PlanContext, match: Match): string | undefined {
  return recreates(match) ? consentTo(context, match, match.owned?.reactivated) : undefined;
}

/**
 * Refuses to create an account again that was deleted outside of code.
 * @throws DelineaError `consent_missing` when nobody consented
 */
export function refuseRecreation(context: PlanContext, match: Match): void {
  if (!recreates(match) || consentToRecreate(context, match) !== undefined) return;
  throw new DelineaError(
    'consent_missing',
    `the ${match.resource.type} was deleted outside of code and is not created again without consent`,
    { hint: 'Remove the declaration if the account is no longer wanted.', remedy: consentRemedy(match) },
  );
}

/** Returns the remedy that gives consent for an account. */
export function consentRemedy(match: Pick<Match, 'declaration' | 'resource'>): Remedy {
  return { kind: 'consent', account: declaredName(match) };
}

/** Returns whether enabling an object of this kind needs consent: it is an account that can log in. */
export function needsConsent({ removal }: Resource): boolean {
  return removal?.verb === 'deactivate' && removal.active !== undefined;
}

/** Returns the declared name of an account or a group. */
export function declaredName({ declaration, resource }: Pick<Match, 'declaration' | 'resource'>): string {
  return String(declaration.values[resource.key[0]!]);
}

function recreates({ resource, deletedOutOfBand }: Match): boolean {
  return deletedOutOfBand === true && needsConsent(resource);
}
