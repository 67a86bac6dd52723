import { DelineaError } from '../model/errors.js';
import { readRegularFile } from './regular-file.js';

/** Most bytes of the file of a secret. */
const LIMIT = 64 * 1024;

/**
 * Reads a secret from a file. Errors do not repeat the file name: the variable may hold the secret itself by mistake.
 * @throws DelineaError `settings_invalid`
 */
export function readSecret(file: string, variable: string): string {
  try {
    const secret = readRegularFile(file, 'file', { limit: LIMIT, followLinks: true }).trimEnd();
    if (secret !== '') return secret;
  } catch (error) {
    const reason =
      error instanceof DelineaError ? error.message : ((error as NodeJS.ErrnoException).code ?? 'unreadable');
    throw new DelineaError('settings_invalid', `${variable}: cannot read the file (${reason})`, {
      hint: 'Set it to the path of a file that contains the secret, not to the secret.',
      path: variable,
    });
  }
  throw new DelineaError('settings_invalid', `${variable}: the file is empty`, {
    hint: 'Write the secret to the file, or unset the variable.',
    path: variable,
  });
}
