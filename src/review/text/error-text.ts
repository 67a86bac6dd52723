import { DelineaError, DelineaErrors, MOST_ERRORS_SHOWN } from '../../provider/index.js';
import { messageText } from './findings-text.js';
import type { Paint } from './paint.js';
import { withRemedies } from './remedy-text.js';

/** Returns the text of any error: one block for each, without a stack trace. Equal messages share a block. */
export function errorText(error: unknown, paint: Paint): string {
  const errors =
    error instanceof DelineaErrors ? error.errors : [error instanceof DelineaError ? error : internal(error)];
  const groups = new Map<string, { message: string; hint: string | undefined; at: string[] }>();
  for (const { message, path, hint: text, remedy } of errors) {
    const hint = withRemedies(text, remedy);
    const key = JSON.stringify([message, hint]);
    const group = groups.get(key) ?? { message, hint, at: [] };
    groups.set(key, group);
    if (path !== undefined) group.at.push(path);
  }
  const more = groups.size - MOST_ERRORS_SHOWN;
  const texts = [...groups.values()]
    .slice(0, MOST_ERRORS_SHOWN)
    .map(({ at, ...rest }) => messageText({ word: 'Error', tone: 'error', at: shorten(at), ...rest }, paint));
  return [...texts, ...(more > 0 ? [paint('error', `and ${more} more errors`)] : [])].join('\n');
}

/** Addresses shown for one message before the rest is only counted: a failed service may affect hundreds. */
const SHOWN = 4;

function shorten(addresses: readonly string[]): readonly string[] {
  if (addresses.length <= SHOWN + 1) return addresses;
  return [...addresses.slice(0, SHOWN), `and ${addresses.length - SHOWN} more`];
}

function internal(error: unknown): DelineaError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new DelineaError('rejected', `internal error: ${text}`, {
    hint: 'This is a bug in delinea-iac. Please report it with the command and the version (delinea-iac --version).',
  });
}
