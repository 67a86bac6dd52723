import { isInactive } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { consentRemedy, consentTo, declaredName, needsConsent } from './consent.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * Decides whether a disabled account is enabled. Without consent it stays disabled: this is drift if the account was
 * disabled outside of code, and an error if the code declares an active account.
 * @throws DelineaError `consent_missing`
 */
export function reactivation(
  context: PlanContext,
  match: Match,
  managed: Values,
  live: Values,
): { desired: Values; reactivated?: string } {
  const { declaration, resource } = match;
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return { desired: managed };
  const flags = Object.keys(removal.inactive);
  const isShown = flags.every((name) => (live[name] ?? null) !== null);
  if ((isShown && !isInactive(resource, live)) || wantsInactive(resource, managed)) return { desired: managed };
  const reactivated = consentTo(context, match, match.owned?.reactivated);
  if (reactivated !== undefined) return { desired: { ...managed, ...removal.active }, reactivated };
  if (!isShown) return { desired: managed };
  const name = declaredName(match);
  const wantsActive = flags.some((attribute) => managed[attribute] !== undefined);
  const remedy = consentRemedy(match);
  if (wantsActive || !match.owned) {
    const message = `${name} is disabled in the tenant and is not enabled without consent`;
    throw new DelineaError('consent_missing', message, { remedy });
  }
  context.findings.push({
    level: 'drift',
    code: 'disabled_out_of_band',
    address: declaration.address,
    message: `${name} was disabled outside of code; it stays disabled`,
    remedy: [remedy],
  });
  return { desired: managed };
}

/**
 * Returns whether a declaration disables an account or consents to enable it. Its status is then written even where the
 * service shows none.
 */
export function decidesStatus(context: PlanContext, match: Match, managed: Values): boolean {
  if (!needsConsent(match.resource)) return false;
  return wantsInactive(match.resource, managed) || consentTo(context, match, match.owned?.reactivated) !== undefined;
}

function wantsInactive(resource: Resource, managed: Values): boolean {
  const flags = resource.removal?.verb === 'deactivate' ? Object.keys(resource.removal.inactive) : [];
  return isInactive(resource, managed) && flags.every((name) => managed[name] !== undefined);
}
