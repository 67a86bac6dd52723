import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { type Attribute, readAttributes } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { validationMessage } from '../model/validation-message.js';
import { pick, type Values } from '../model/values.js';
import { readSecret, redactor } from './secrets.js';
import { environmentName, settingAttributes, settingsSchema } from './settings-schema.js';
import { type Auth, defaultRouting, type OAuth, type Surface, surfaceFor, surfaces } from './surfaces.js';

export { environmentName, settingAttributes };

/** A surface as the settings configure it: full URLs and credentials. Nothing else holds secrets. */
export interface ConfiguredSurface extends Surface {
  readonly baseUrl: string;
  /** Absent for a static token. */
  readonly tokenUrl: string | undefined;
  /** Values of the row's `auth.credentials` that are set. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** The surfaces that may be configured and the settings that their rows name. */
export interface SurfaceSettings {
  readonly schema: typeof settingsSchema;
  readonly surfaces: Readonly<Record<string, Surface>>;
}

/** What whoever runs an apply lets through. */
export interface Allowance {
  /** Exactly how many objects, edges and members the plan may remove. */
  readonly removals?: number | undefined;
  /** Names of accounts and groups that may lose something although they are protected. */
  readonly principals?: readonly string[] | undefined;
  /** Names of containers and admin roles that may be left without anybody active who has them. */
  readonly orphans?: readonly string[] | undefined;
}

export interface Settings {
  readonly url: string;
  readonly ca: string | undefined;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** How many requests one connection to the tenant may send; undefined: as many as it needs. */
  readonly maxRequests: number | undefined;
  readonly visibilityMs: number;
  readonly allowDelete: boolean;
  /** The attribute whose value is the correlation key of what is created without one, where the wire requires one. */
  readonly externalIdFrom: 'userName' | undefined;
  readonly routing: Readonly<Record<string, string>>;
  readonly surfaces: Readonly<Record<string, ConfiguredSurface>>;
  /** Names of the accounts that the run logs in as. */
  readonly ownAccounts: readonly string[];
  /** Names of whoever must not lose access unnoticed; the own accounts among them. */
  readonly protectedPrincipals: readonly string[];
  /** Names of roles that must not be left without an active holder. */
  readonly adminRoles: readonly string[];
  /** What this run lets through of what the guards refuse. */
  readonly allowance: Allowance;
  /** Exactly how many of our objects may be missing without the run stopping. */
  readonly allowMissing: number | undefined;
  /** Replaces every configured secret in a text that came from outside. */
  redact(text: string): string;
}

/** Two names of one thing: where the block gives one, the environment's other must not lead somewhere else. */
const ADDRESS = ['tenant', 'url'];

/**
 * Reads the provider block and, for what it leaves unset, the environment (`DELINEA_CLIENT_SECRET`, or
 * `DELINEA_CLIENT_SECRET_FILE` for a secret in a file).
 * @throws DelineaError `settings_invalid` or `unserved` (routing), naming the setting, never the value of a secret
 */
export function readSettings(
  block: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  { schema, surfaces: rows }: SurfaceSettings = { schema: settingsSchema, surfaces },
): Settings {
  const attributes = schema === settingsSchema ? settingAttributes : readAttributes(schema);
  const given: Record<string, unknown> = { ...block };
  const addressed = ADDRESS.some((name) => block[name] !== undefined);
  for (const attribute of attributes) {
    if (given[attribute.name] !== undefined || attribute.type === 'objects') continue;
    if (addressed && ADDRESS.includes(attribute.name)) continue;
    const fromEnvironment = readEnvironment(attribute, env);
    if (fromEnvironment !== undefined) given[attribute.name] = fromEnvironment;
  }
  const parsed = schema.strict().safeParse(given);
  if (!parsed.success) throw invalid(parsed.error.issues[0]!, attributes, given, block);
  const data = parsed.data;
  const url = tenantUrl(data.url, data.tenant);
  const texts: Texts = Object.fromEntries(
    Object.entries<unknown>(data).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const configured = configureSurfaces(url, rows, texts, data.surfaces ?? []);
  const ownAccounts = accountSettings(rows, texts).map((name) => texts[name]!);
  return {
    url,
    ca: data.caFile === undefined ? undefined : readText(data.caFile, 'caFile'),
    concurrency: data.concurrency,
    timeoutMs: data.timeoutSeconds * 1000,
    retries: data.retries,
    maxRequests: data.maxRequests,
    visibilityMs: data.visibilitySeconds * 1000,
    allowDelete: data.allowDelete,
    externalIdFrom: data.externalIdFrom,
    routing: readRouting(data.routing ?? [], rows, configured),
    surfaces: configured,
    ownAccounts,
    protectedPrincipals: [...new Set([...ownAccounts, ...(data.protectedPrincipals ?? [])])],
    adminRoles: data.adminRoles ?? [],
    allowance: { removals: data.allowRemovals, principals: data.allowPrincipals, orphans: data.allowOrphans },
    allowMissing: data.allowMissing,
    redact: redactor(attributes.filter(({ sensitive }) => sensitive).map(({ name }) => texts[name])),
  };
}

function invalid(
  issue: z.core.$ZodIssue,
  attributes: readonly Attribute[],
  given: Values,
  block: Values,
): DelineaError {
  if (issue.code === 'unrecognized_keys') {
    return new DelineaError('settings_invalid', `there is no provider setting "${issue.keys.join('", "')}"`, {
      hint: `Known settings: ${attributes.map(({ name }) => name).join(', ')}.`,
      path: issue.keys[0],
    });
  }
  const path = issue.path.join('.');
  const [name = ''] = issue.path.map(String);
  const isInEnvironment = attributes.some((known) => known.name === name && known.type !== 'objects');
  const variable = environmentName(name);
  const hint =
    isInEnvironment && block[name] === undefined
      ? `Correct ${variable}, or set it in the provider block.`
      : `Correct it in the provider block${isInEnvironment ? `, or leave it out there and set ${variable}` : ''}.`;
  return new DelineaError('settings_invalid', `provider setting "${path}" ${validationMessage(issue, given)}`, {
    hint,
    path,
  });
}

/** @throws DelineaError for an unknown kind, or a surface that does not exist, has no URL or does not serve the kind */
function readRouting(
  entries: readonly { kind: string; surface: string }[],
  rows: Readonly<Record<string, Surface>>,
  configured: Readonly<Record<string, ConfiguredSurface>>,
): Record<string, string> {
  const routing = Object.fromEntries(entries.map(({ kind, surface }) => [kind, surface]));
  for (const kind of Object.keys(routing)) {
    if (!(kind in defaultRouting)) {
      throw new DelineaError('settings_invalid', `provider setting "routing": there is no kind "${kind}"`, {
        hint: `Kinds: ${Object.keys(defaultRouting).join(', ')}.`,
        path: 'routing',
      });
    }
    const { name, title, host } = surfaceFor(kind, routing, rows);
    if (name in configured) continue;
    throw new DelineaError('settings_invalid', `the ${title} has no URL`, {
      hint: `Set ${environmentName(host!)}, or "${host}" in the provider block.`,
      path: host,
    });
  }
  return routing;
}

type Texts = Readonly<Record<string, string | undefined>>;
type Override = NonNullable<z.infer<typeof settingsSchema>['surfaces']>[number];

/** Adds URLs and credentials to the rows. Leaves out surfaces whose host is not set. */
function configureSurfaces(
  tenant: string,
  rows: Readonly<Record<string, Surface>>,
  texts: Texts,
  overrides: readonly Override[],
): Record<string, ConfiguredSurface> {
  for (const { name } of overrides) {
    if (!(name in rows)) {
      throw new DelineaError('settings_invalid', `provider setting "surfaces": there is no surface "${name}"`, {
        hint: `Surfaces: ${Object.keys(rows).join(', ')}.`,
        path: 'surfaces',
      });
    }
  }
  const configured = Object.values(rows).flatMap((row) => {
    const override = overrides.find(({ name }) => name === row.name);
    const surface = configureSurface(hostOf(row, tenant, texts), row, texts, override);
    return surface ? [[row.name, surface] as const] : [];
  });
  return Object.fromEntries(configured);
}

function hostOf({ host }: Surface, tenant: string, texts: Texts): string | undefined {
  if (host === undefined) return tenant;
  const url = texts[host];
  return url ? checkUrl(url, host) : undefined;
}

/** @param host URL of the API's host; undefined: not set */
function configureSurface(
  host: string | undefined,
  row: Surface,
  texts: Texts,
  override: Partial<Override> = {},
): ConfiguredSurface | undefined {
  const { auth } = row;
  const urlOf = (given: string | undefined, setting: string, path: string) =>
    given ? checkUrl(given, setting) : host && host + path;
  const baseUrl = urlOf(override.baseUrl, 'surfaces.baseUrl', row.basePath);
  if (!baseUrl) return undefined;
  const isOAuth = auth.kind === 'oauth';
  return {
    ...row,
    auth: isOAuth ? withScopes(auth, override) : auth,
    idSpace: override.idSpace ?? row.idSpace,
    ...pick(override, ['sessionsPath', 'checkoutsPath']),
    baseUrl,
    tokenUrl: isOAuth ? urlOf(override.tokenUrl, 'surfaces.tokenUrl', auth.tokenPath) : undefined,
    credentials: credentialsOf(auth, texts),
  };
}

function withScopes(auth: OAuth, { readScope, writeScope, adminScope }: Partial<Override>): OAuth {
  const { read = '', write = '', admin = '' } = auth.scopes ?? {};
  return {
    ...auth,
    scopes: { read: readScope ?? read, write: writeScope ?? write, admin: adminScope ?? admin },
  };
}

function credentialsOf({ credentials }: Auth, texts: Texts): Record<string, string> {
  const values = Object.entries(credentials).map(([field, names]) => [field, texts[firstSet(names, texts) ?? '']]);
  return Object.fromEntries(values.filter(([, value]) => value));
}

/** Returns the settings that name the accounts which this run logs in as. */
function accountSettings(rows: Readonly<Record<string, Surface>>, texts: Texts): string[] {
  const names = Object.values(rows).flatMap(({ auth }) => {
    const name = auth.kind === 'oauth' ? firstSet(auth.credentials[auth.account] ?? [], texts) : undefined;
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)];
}

function firstSet(names: readonly string[], texts: Texts): string | undefined {
  return names.find((name) => texts[name]);
}

function readEnvironment(attribute: Attribute, env: NodeJS.ProcessEnv): unknown {
  const name = environmentName(attribute.name);
  const file = attribute.sensitive ? env[`${name}_FILE`] : undefined;
  const text = env[name] || (file ? readSecret(file, `${name}_FILE`) : undefined);
  if (text === undefined || text === '') return undefined;
  if (attribute.type === 'strings') return text.split(',').map((part) => part.trim());
  if (attribute.type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  if (attribute.type !== 'number') return text;
  return text.trim() === '' ? text : Number(text);
}

function tenantUrl(url: string | undefined, tenant: string | undefined): string {
  if (url) return checkUrl(url, 'url');
  if (!tenant) {
    throw new DelineaError('settings_invalid', 'no tenant: neither "tenant" nor "url" is set', {
      hint: `Set DELINEA_TENANT=acme or DELINEA_URL=https://acme.delinea.app, or the provider block.`,
      path: 'tenant',
    });
  }
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(tenant)) {
    throw new DelineaError('settings_invalid', `"${tenant}" is no tenant name`, {
      hint: 'For https://acme.delinea.app it is "acme"; use "url" for another host.',
      path: 'tenant',
    });
  }
  return `https://${tenant}.delinea.app`;
}

/** Credentials never travel in clear: plain http is for a simulator on this machine only. */
function checkUrl(text: string, path: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new DelineaError('settings_invalid', `"${path}" is not a plain https URL`, {
      hint: 'Give scheme, host and path only, such as https://acme.delinea.app.',
      path,
    });
  }
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new DelineaError('settings_invalid', `"${path}" is http, which would send credentials in clear`, {
      hint: 'Use https; http is accepted for localhost only.',
      path,
    });
  }
  return text.trim().replace(/\/+$/, '');
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('settings_invalid', `${path}: cannot read the file "${file}" (${reason})`, { path, cause });
  }
}
