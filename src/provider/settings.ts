import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Surface, surfaces } from './api/surfaces.js';
import { DelineaError } from './errors.js';
import { type Attribute, readAttributes } from './resource.js';

/** What the provider block may say. Every string may come from the environment instead: DELINEA_<NAME>. */
export const settingsSchema = z.object({
  tenant: z.string().optional().meta({ description: 'Tenant name: `acme` stands for https://acme.delinea.app.' }),
  url: z.string().optional().meta({ description: "The tenant's URL, where it is not <tenant>.delinea.app." }),
  clientId: z.string().optional().meta({ description: 'OAuth client of the Platform REST API.' }),
  clientSecret: z.string().optional().meta({ sensitive: true, description: 'Its secret.' }),
  scimToken: z.string().optional().meta({ sensitive: true, description: 'Static bearer token of the Platform SCIM.' }),
  scimClientId: z
    .string()
    .optional()
    .meta({ description: 'Service user of the SCIM Cloud Connector; unset: `clientId`.' }),
  scimClientSecret: z.string().optional().meta({ sensitive: true, description: 'Its password; unset: `clientSecret`.' }),
  caFile: z.string().optional().meta({ description: 'PEM file of an extra certificate authority.' }),
  concurrency: z.int().min(1).max(64).default(8).meta({ description: 'Requests in flight at most.' }),
  timeoutSeconds: z.number().positive().default(30).meta({ description: 'Seconds that one request may take.' }),
  retries: z.int().min(0).max(20).default(6).meta({ description: 'How often a read, or a throttled write, is tried again.' }),
  visibilitySeconds: z
    .number()
    .min(0)
    .default(30)
    .meta({ description: 'Seconds to wait until a write shows in a read, on this surface or on another.' }),
  allowDelete: z
    .boolean()
    .default(false)
    .meta({ description: 'The second key of `onRemoval = "delete"`, which is permanent.' }),
  routing: z
    .array(
      z.object({
        kind: z.string().meta({ description: 'A kind, such as `user`.' }),
        surface: z.string().meta({ description: 'The surface that serves it, such as `platform-scim`.' }),
      }),
    )
    .optional()
    .meta({ unordered: true, elementKey: 'kind', description: 'Which surface serves which kind, where not the default.' }),
  surfaces: z
    .array(
      z.object({
        name: z.string().meta({ description: 'The surface, such as `scim-cloud`.' }),
        baseUrl: z.string().optional().meta({ description: 'Base URL.' }),
        tokenUrl: z.string().optional().meta({ description: 'OAuth token URL.' }),
        readScope: z.string().optional().meta({ description: 'OAuth scope for reading.' }),
        writeScope: z.string().optional().meta({ description: 'OAuth scope for writing.' }),
        adminScope: z.string().optional().meta({ description: 'OAuth scope for role assignments.' }),
        idSpace: z
          .string()
          .optional()
          .meta({ description: 'Surfaces that are given one id space share ids; say so only where you know it.' }),
        sessionsPath: z.string().optional().meta({ description: 'Where sessions can be read, below the base URL.' }),
      }),
    )
    .optional()
    .meta({ unordered: true, elementKey: 'name', description: 'What differs from the documented surfaces.' }),
});

/** A surface with everything that the settings say about it: full URLs, credentials. The only holder of secrets. */
export interface ConfiguredSurface extends Surface {
  readonly baseUrl: string;
  readonly tokenUrl: string | undefined;
  readonly clientIdValue: string | undefined;
  readonly secret: string | undefined;
}

export interface Settings {
  readonly url: string;
  readonly ca: string | undefined;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly visibilityMs: number;
  readonly allowDelete: boolean;
  readonly routing: Readonly<Record<string, string>>;
  readonly surfaces: Readonly<Record<string, ConfiguredSurface>>;
  /** Names of the accounts that the run logs in as. */
  readonly ownAccounts: readonly string[];
  /** Replaces every configured secret in a text that came from outside. */
  redact(text: string): string;
}

export const settingAttributes: readonly Attribute[] = readAttributes(settingsSchema);

/** `clientSecret` is DELINEA_CLIENT_SECRET. */
export function environmentName(setting: string): string {
  return `DELINEA_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Reads the provider block and, for what it leaves unset, the environment (`DELINEA_CLIENT_SECRET`, or
 * `DELINEA_CLIENT_SECRET_FILE` for a secret in a file).
 * @throws DelineaError `settings_invalid`, naming the setting and its environment variable, never a value.
 */
export function readSettings(block: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): Settings {
  const given: Record<string, unknown> = { ...block };
  for (const attribute of settingAttributes) {
    if (given[attribute.name] !== undefined || attribute.type === 'objects') continue;
    const fromEnvironment = readEnvironment(attribute, env);
    if (fromEnvironment !== undefined) given[attribute.name] = fromEnvironment;
  }
  const parsed = settingsSchema.strict().safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '');
    throw new DelineaError('settings_invalid', `provider setting "${path}": ${issue.message}`, {
      hint: `Known settings: ${settingAttributes.map(({ name }) => name).join(', ')}.`,
      path,
    });
  }
  const data = parsed.data;
  const url = tenantUrl(data.url, data.tenant);
  const secrets = [data.clientSecret, data.scimToken, data.scimClientSecret].filter((s): s is string => !!s);
  return {
    url,
    ca: data.caFile === undefined ? undefined : readText(data.caFile, 'caFile'),
    concurrency: data.concurrency,
    timeoutMs: data.timeoutSeconds * 1000,
    retries: data.retries,
    visibilityMs: data.visibilitySeconds * 1000,
    allowDelete: data.allowDelete,
    routing: Object.fromEntries((data.routing ?? []).map(({ kind, surface }) => [kind, surface])),
    surfaces: configureSurfaces(url, data),
    ownAccounts: [data.clientId, data.scimClientId].filter((s): s is string => !!s),
    redact: (text) => secrets.reduce((result, secret) => result.replaceAll(secret, '[secret]'), text),
  };
}

function configureSurfaces(url: string, data: z.infer<typeof settingsSchema>): Record<string, ConfiguredSurface> {
  const overrides = new Map((data.surfaces ?? []).map((override) => [override.name, override]));
  for (const name of overrides.keys()) {
    if (!(name in surfaces)) {
      throw new DelineaError('settings_invalid', `provider setting "surfaces": there is no surface "${name}"`, {
        hint: `Surfaces: ${Object.keys(surfaces).join(', ')}.`,
        path: 'surfaces',
      });
    }
  }
  const pick = (names: readonly string[]) => names.map((name) => data[name as keyof typeof data]).find(Boolean) as string;
  return Object.fromEntries(
    Object.values(surfaces).map((row) => {
      const override = overrides.get(row.name);
      const { auth } = row;
      const scopes = auth.kind === 'oauth' && {
        read: override?.readScope ?? auth.scopes.read,
        write: override?.writeScope ?? auth.scopes.write,
        admin: override?.adminScope ?? auth.scopes.admin,
      };
      const configured: ConfiguredSurface = {
        ...row,
        auth: auth.kind === 'oauth' && scopes ? { ...auth, scopes } : auth,
        idSpace: override?.idSpace ?? row.idSpace,
        ...(override?.sessionsPath === undefined ? {} : { sessionsPath: override.sessionsPath }),
        baseUrl: override?.baseUrl ? checkUrl(override.baseUrl, 'surfaces.baseUrl') : url + row.basePath,
        tokenUrl:
          auth.kind === 'static'
            ? undefined
            : override?.tokenUrl
              ? checkUrl(override.tokenUrl, 'surfaces.tokenUrl')
              : url + auth.tokenPath,
        clientIdValue: auth.kind === 'oauth' ? pick(auth.clientId) : undefined,
        secret: auth.kind === 'oauth' ? pick(auth.clientSecret) : pick([auth.token]),
      };
      return [row.name, configured];
    }),
  );
}

function readEnvironment(attribute: Attribute, env: NodeJS.ProcessEnv): unknown {
  const name = environmentName(attribute.name);
  const file = attribute.sensitive ? env[`${name}_FILE`] : undefined;
  const text = env[name] || (file ? readText(file, `${name}_FILE`).trimEnd() : undefined);
  if (text === undefined || text === '') return undefined;
  if (attribute.type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return attribute.type === 'number' ? Number(text) : text;
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
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
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
  return text.replace(/\/+$/, '');
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('settings_invalid', `${path}: cannot read the file "${file}" (${reason})`, { path, cause });
  }
}
