import type * as z from 'zod';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import { environmentName } from './environment.js';
import type { settingsSchema } from './settings-schema.js';
import type { Auth, OAuth, Surface } from './surfaces.js';
import { checkUrl } from './url.js';

/** A surface as the settings configure it: full URLs and credentials. Nothing else holds secrets. */
export interface ConfiguredSurface extends Surface {
  readonly baseUrl: string;
  /** Absent for a static token. */
  readonly tokenUrl: string | undefined;
  /** Values of the row's `auth.credentials` that are set. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** The settings that are strings, by name. */
export type Texts = Readonly<Record<string, string | undefined>>;
/** An element of the setting `surfaces`. */
export type Override = NonNullable<z.infer<typeof settingsSchema>['surfaces']>[number];

/**
 * Adds URLs and credentials to the rows. Leaves out surfaces whose host is not set.
 * @param tenant the tenant's URL; undefined: there is no Platform
 * @throws DelineaError `settings_invalid` for an override of an unknown surface or with an invalid URL
 */
export function configureSurfaces(
  tenant: string | undefined,
  rows: Readonly<Record<string, Surface>>,
  texts: Texts,
  overrides: readonly Override[],
): Record<string, ConfiguredSurface> {
  for (const { name } of overrides) {
    if (!Object.hasOwn(rows, name)) {
      throw new DelineaError('settings_invalid', `provider setting "surfaces": there is no surface "${name}"`, {
        hint: `Surfaces: ${Object.keys(rows).join(', ')}.`,
        path: 'surfaces',
      });
    }
  }
  const configured = Object.values(rows).flatMap((row) => {
    const override = overrides.find(({ name }) => name === row.name);
    const surface = configureSurface({ tenant, host: hostOf(row, tenant, texts) }, row, texts, override);
    return surface ? [[row.name, surface] as const] : [];
  });
  return Object.fromEntries(configured);
}

function hostOf({ host }: Surface, tenant: string | undefined, texts: Texts): string | undefined {
  if (host === undefined) return tenant;
  const url = texts[host];
  return url ? checkUrl(url, snakeCase(host)) : undefined;
}

/** Adds URLs and credentials to one row; undefined if its host is not set. @param urls URLs of tenant and API host */
function configureSurface(
  { tenant, host }: { readonly tenant: string | undefined; readonly host: string | undefined },
  row: Surface,
  texts: Texts,
  override: Partial<Override> = {},
): ConfiguredSurface | undefined {
  const auth = authOf(row, texts);
  const urlOf = (given: string | undefined, setting: string, below: string | undefined, path: string) =>
    given ? checkUrl(given, setting) : below && below + path;
  const baseUrl = urlOf(override.baseUrl, 'surfaces.base_url', host, row.basePath);
  if (!baseUrl) return undefined;
  const isOAuth = auth.kind === 'oauth';
  const tokenHost = isOAuth && auth.tokenHost === 'tenant' ? tenant : host;
  return {
    ...row,
    auth: isOAuth ? withScopes(auth, override) : auth,
    idSpace: override.idSpace ?? row.idSpace,
    baseUrl,
    tokenUrl: isOAuth ? urlOf(override.tokenUrl, 'surfaces.token_url', tokenHost, auth.tokenPath) : undefined,
    credentials: credentialsOf(auth, texts),
  };
}

/** Returns the first way to a token whose credentials are set; else the row's own. */
function authOf({ auth, otherAuth = [] }: Surface, texts: Texts): Auth {
  const isSet = (candidate: Auth) =>
    requiredFields(candidate).every((field) => firstSet(fieldSettings(candidate, field), texts) !== undefined);
  return [auth, ...otherAuth].find(isSet) ?? auth;
}

/** Returns the fields without which no token can be requested. */
export function requiredFields(auth: Auth): string[] {
  const optional = auth.kind === 'oauth' ? auth.optional : undefined;
  return Object.keys(auth.credentials).filter((field) => !optional?.includes(field));
}

/** Returns the settings that may hold a field of the credentials. */
export function fieldSettings({ credentials }: Auth, field: string): readonly string[] {
  return (credentials as Readonly<Record<string, readonly string[]>>)[field] ?? [];
}

/**
 * Returns the environment variables without which a surface cannot be used, for each way to a token: its host, or the
 * credentials. Empty: nothing is missing.
 * @param surface undefined: its host is not set
 */
export function unsetVariables(row: Surface, surface: ConfiguredSurface | undefined): string[][] {
  if (!surface) return [[environmentName(row.host ?? 'tenant')]];
  if (requiredFields(surface.auth).every((field) => surface.credentials[field])) return [];
  return [row.auth, ...(row.otherAuth ?? [])].map(credentialVariables);
}

/** Returns the environment variables of the required credentials, the secret last. */
export function credentialVariables(auth: Auth): string[] {
  return requiredFields(auth).map((field) => environmentName(fieldSettings(auth, field)[0]!));
}

function withScopes(auth: OAuth, { readScope, writeScope, adminScope }: Partial<Override>): OAuth {
  const { read = '', write = '', admin = '' } = auth.scopes ?? {};
  return {
    ...auth,
    scopes: { read: readScope ?? read, write: writeScope ?? write, admin: adminScope ?? admin },
  };
}

/** Returns the settings whose values a surface's credentials are. */
export function credentialSettings({ credentials }: Auth, texts: Texts): string[] {
  return Object.values(credentials).flatMap((names: readonly string[]) => firstSet(names, texts) ?? []);
}

function credentialsOf({ credentials }: Auth, texts: Texts): Record<string, string> {
  const values = Object.entries(credentials).map(([field, names]) => [field, texts[firstSet(names, texts) ?? '']]);
  return Object.fromEntries(values.filter(([, value]) => value));
}

/** Returns the names of the accounts that this run logs in as. */
export function accountsOf(rows: Readonly<Record<string, Surface>>, texts: Texts): string[] {
  const auths = Object.values(rows).flatMap(({ auth, otherAuth = [] }) => [auth, ...otherAuth]);
  const names = auths.flatMap((auth) => {
    const name = auth.kind === 'oauth' ? firstSet(auth.credentials[auth.account] ?? [], texts) : undefined;
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].map((name) => texts[name]!);
}

function firstSet(names: readonly string[], texts: Texts): string | undefined {
  return names.find((name) => texts[name]);
}
