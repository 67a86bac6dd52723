import { DelineaError } from '../errors.js';
import { foldCase } from './diff.js';
import type { Match, Planning } from './planning.js';

/**
 * The consent to bring an account back, as text for the ledger: what is written in code and was not spent before, or what
 * the command line asks for. undefined: nobody consented.
 */
export function consentTo(
  { input }: Planning,
  { declaration, resource }: Match,
  spent: string | undefined,
): string | undefined {
  const written = declaration.values.reactivate as string | undefined;
  const name = foldCase(declaration.values[resource.key[0]!]);
  if ((input.reactivate ?? []).some((wanted) => foldCase(wanted) === name)) return written ?? 'command line';
  return written === spent ? undefined : written;
}

/**
 * What was deleted outside of code and can log in is not made again without consent.
 * @throws DelineaError `consent_missing`
 */
export function refuseRecreation(planning: Planning, match: Match): void {
  const { resource, vanished, owned } = match;
  if (!vanished || resource.removal?.verb !== 'deactivate' || !resource.removal.alive) return;
  if (consentTo(planning, match, owned?.reactivated) !== undefined) return;
  throw new DelineaError(
    'consent_missing',
    `the ${resource.type} was deleted outside of code and is not created again without consent`,
    {
      hint: 'Remove the declaration, or consent with reactivate = "<ticket or date>" or --reactivate.',
    },
  );
}
