import { randomBytes } from 'node:crypto';
import type { Wire } from '../model/wire.js';

/**
 * Returns the fields of a create that need a secret which nothing keeps, each with a random one of 44 characters and of
 * each class that a policy may require (fact sheet 4.2).
 */
export function randomSecrets({ secrets = [] }: Wire): Record<string, string> {
  return Object.fromEntries(secrets.map((name) => [name, `${randomBytes(30).toString('base64url')}aA1!`]));
}
