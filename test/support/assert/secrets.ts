import { createHash } from 'node:crypto';
import type { Simulator } from '../../../src/simulator/index.js';

/** The encodings in which a secret may appear: plain, JSON, form, base64 of a Basic header. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  encodeURIComponent,
  (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
  (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

/** Returns the secrets of a tenant, issued access tokens included, that a text contains. */
export function secretsIn(text: string, simulator: Simulator): string[] {
  return secretsOf(simulator).filter((secret) => SPELLINGS.some((spell) => text.includes(spell(secret))));
}

export function secretsOf({ credentials, requests }: Simulator): string[] {
  const { clientSecret, scimToken, servicePassword, secretServerPassword, secretServerClientSecret } = credentials;
  const numbers = Array.from({ length: requests.tokens + 1 }, (_, index) => index + 1);
  const tokens = ['rest', 'connector', 'secret-server', 'platform-identity'].flatMap((surface) =>
    numbers.map((made) => issued(scimToken, surface, made)),
  );
  return [clientSecret, scimToken, servicePassword, secretServerPassword, secretServerClientSecret, ...tokens];
}

/** Computes an access token as the simulator does, which test/robustness/bad-credentials.test.ts verifies. */
function issued(scimToken: string, surface: string, made: number): string {
  return createHash('sha256').update(`${scimToken} ${surface} ${made}`).digest('base64url');
}
