import { DelineaError } from '../model/errors.js';
import { readSecret } from './secrets.js';

const NAME = 'DELINEA_PLAN_KEY';

/** Shorter keys can be guessed from a plan and its signature, which both are in the build's artifacts. */
const MIN_LENGTH = 32;

/**
 * Reads the key that signs saved plans, from DELINEA_PLAN_KEY or the file in DELINEA_PLAN_KEY_FILE. Code cannot set it.
 * @returns undefined if there is none: saved plans are then not signed
 * @throws DelineaError `settings_invalid`
 */
export function readPlanKey(env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${NAME}_FILE`];
  const key = env[NAME] || (file ? readSecret(file, `${NAME}_FILE`) : undefined);
  if (!key || key.length >= MIN_LENGTH) return key || undefined;
  throw new DelineaError('settings_invalid', `${NAME} has fewer than ${MIN_LENGTH} characters`, {
    hint: 'Generate a key, such as with: openssl rand -hex 32',
    path: NAME,
  });
}
