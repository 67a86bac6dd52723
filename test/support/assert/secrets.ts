import { createHash } from 'node:crypto';
import type { Simulator } from '../../../src/simulator/index.js';

/** How a secret may travel: as it is, in JSON, in a form, in a Basic header's base64. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  encodeURIComponent,
  (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
  (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

/** The secrets of a tenant, access tokens that it issued included, which stand in a text; none is the good answer. */
export function leaksIn(text: string, simulator: Simulator): string[] {
  return secretsOf(simulator).filter((secret) => SPELLINGS.some((spell) => text.includes(spell(secret))));
}

export function secretsOf({ credentials, requests }: Simulator): string[] {
  const { clientSecret, scimToken, servicePassword } = credentials;
  const numbers = Array.from({ length: requests.tokens + 1 }, (_, index) => index + 1);
  const tokens = ['rest', 'connector'].flatMap((surface) => numbers.map((made) => issued(scimToken, surface, made)));
  return [clientSecret, scimToken, servicePassword, ...tokens];
}

/** How the simulator makes its tokens; test/robustness/bad-credentials.test.ts asks for one and compares. */
function issued(scimToken: string, surface: string, made: number): string {
  return createHash('sha256').update(`${scimToken} ${surface} ${made}`).digest('base64url');
}
