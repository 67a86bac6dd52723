import { DelineaError, DelineaErrors } from '../provider/index.js';
import { messageText } from './findings-text.js';
import type { Paint } from './paint.js';

/** Any error as people read it: one block each, never a stack trace. */
export function errorText(error: unknown, paint: Paint): string {
  const errors =
    error instanceof DelineaErrors ? error.errors : [error instanceof DelineaError ? error : internal(error)];
  return errors
    .map(({ message, path, hint }) =>
      messageText({ word: 'Error', tone: 'error', message, at: path === undefined ? [] : [path], hint }, paint),
    )
    .join('\n');
}

function internal(error: unknown): DelineaError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new DelineaError('rejected', `internal error: ${text}`, {
    hint: 'This is a fault of delinea-iac: report it, with the command and the version (delinea-iac --version).',
  });
}
