/** Base paths of the SCIM services (guides 000 and 001; fact sheet 4.2 for the connector). */
export const SCIM_BASES = ['/scim/v2', '/SecretServer/api/v1/scim', '/SCIMConnector/v2'] as const;
export type ScimBase = (typeof SCIM_BASES)[number];

export const IDENTITY_BASE = '/identity/api';

const COLLECTION = new RegExp(`^((?:/api/v1|${SCIM_BASES.join('|')})/[^/]+)(/.+)?$`);

export function isScim(path: string): boolean {
  return SCIM_BASES.some((base) => path.startsWith(`${base}/`));
}

export function isTokenUrl(path: string): boolean {
  const fixed = ['/identity/connect/token', '/SecretServer/oauth2/token'];
  return fixed.includes(path) || path.startsWith(`${IDENTITY_BASE}/oauth2/`);
}

/** Splits the path of a collection from the rest, which is absent for the collection itself; `undefined` for other paths. */
export function splitCollection(path: string): { collection: string; rest?: string } | undefined {
  const [, collection, rest] = COLLECTION.exec(path) ?? [];
  return collection === undefined ? undefined : { collection, ...(rest !== undefined && { rest }) };
}
