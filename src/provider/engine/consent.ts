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
