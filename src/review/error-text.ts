import { DelineaError, DelineaErrors } from '../provider/index.js';
import { messageText } from './findings-text.js';
import type { Paint } from './paint.js';
import { withRemedies } from './remedy-text.js';

/** Any error as people read it: one block each, never a stack trace. */
export function errorText(error: unknown, paint: Paint): string {
  const errors =
    error instanceof DelineaErrors ? error.errors : [error instanceof DelineaError ? error : internal(error)];
  const alike = new Map<string, { message: string; hint: string | undefined; at: string[] }>();
  for (const { message, path, hint: about, remedy } of errors) {
    const hint = withRemedies(about, remedy);
    const key = JSON.stringify([message, hint]);
    const group = alike.get(key) ?? { message, hint, at: [] };
    alike.set(key, group);
    if (path !== undefined) group.at.push(path);
  }
  return [...alike.values()]
    .map(({ at, ...rest }) => messageText({ word: 'Error', tone: 'error', at: shorten(at), ...rest }, paint))
    .join('\n');
}

/** After a service has failed, hundreds of objects are not attempted for one reason: said once, with a few of them. */
function shorten(places: readonly string[]): readonly string[] {
  return places.length <= SHOWN + 1 ? places : [...places.slice(0, SHOWN), `and ${places.length - SHOWN} more`];
}

const SHOWN = 4;

function internal(error: unknown): DelineaError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new DelineaError('rejected', `internal error: ${text}`, {
    hint: 'This is a fault of delinea-iac: report it, with the command and the version (delinea-iac --version).',
  });
}
