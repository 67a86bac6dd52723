import type * as z from 'zod';
import { type Attribute, readAttributes } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import { validationMessage } from '../model/validation-message.js';
import type { Values } from '../model/values.js';
import { accountsOf, type ConfiguredSurface, configureSurfaces, type Texts } from './configured-surface.js';
import { readPlanKey } from './plan-key.js';
import { readRegularFile } from './regular-file.js';
import { readSecret, redactor } from './secrets.js';
import { environmentName, settingAttributes, settingsSchema } from './settings-schema.js';
import { defaultRouting, type Surface, surfaceFor, surfaces } from './surfaces.js';
import { tenantUrl } from './url.js';

export { environmentName, settingAttributes };

/** The surfaces that may be configured and the settings that their rows name. */
export interface SurfaceSettings {
  readonly schema: typeof settingsSchema;
  readonly surfaces: Readonly<Record<string, Surface>>;
}

/** Exceptions from the guards that a run is granted. */
export interface Allowance {
  /** The exact number of objects, edges and members that the plan removes. */
  readonly removals?: number | undefined;
  /** Names of protected accounts and groups that may lose access. */
  readonly principals?: readonly string[] | undefined;
  /** Names of containers and admin roles that may be left without an active holder. */
  readonly orphans?: readonly string[] | undefined;
}

/** The provider settings, checked and complete. */
export interface Settings {
  readonly url: string;
  readonly ca: string | undefined;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Maximum requests of one connection to the tenant; undefined: no limit. */
  readonly maxRequests: number | undefined;
  readonly visibilityMs: number;
  readonly allowDelete: boolean;
  /** The attribute that supplies a missing correlation key on create, where the wire requires one. */
  readonly externalIdFrom: 'userName' | undefined;
  readonly routing: Readonly<Record<string, string>>;
  readonly surfaces: Readonly<Record<string, ConfiguredSurface>>;
  /** Names of the accounts that the run logs in as. */
  readonly ownAccounts: readonly string[];
  /** Names of users and groups that must not lose access unnoticed; includes the own accounts. */
  readonly protectedPrincipals: readonly string[];
  /** Names of roles that must not be left without an active holder. */
  readonly adminRoles: readonly string[];
  readonly allowance: Allowance;
  /** The exact number of owned objects that may be missing. */
  readonly allowMissing: number | undefined;
  /** Replaces every configured secret in a text from a service. */
  redact(text: string): string;
}

/** Two settings for one address: if the block sets either, the environment's values for both are ignored. */
const ADDRESS = ['tenant', 'url'];

/**
 * Reads the provider block and, for unset settings, the environment (`DELINEA_CLIENT_SECRET`, or
 * `DELINEA_CLIENT_SECRET_FILE` for a secret in a file).
 * @throws DelineaError `settings_invalid` or `unserved` (routing); it names the setting and never repeats a secret
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
  const ownAccounts = accountsOf(rows, texts);
  return {
    url,
    ca: data.caFile === undefined ? undefined : readText(data.caFile, 'ca_file'),
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
    redact: redactor([
      ...attributes.filter(({ sensitive }) => sensitive).map(({ name }) => texts[name]),
      readPlanKey(env),
    ]),
  };
}

function invalid(
  issue: z.core.$ZodIssue,
  attributes: readonly Attribute[],
  given: Values,
  block: Values,
): DelineaError {
  if (issue.code === 'unrecognized_keys') {
    return new DelineaError(
      'settings_invalid',
      `unknown provider setting "${issue.keys.map(snakeCase).join('", "')}"`,
      {
        hint: `Known settings: ${attributes.map(({ name }) => snakeCase(name)).join(', ')}.`,
        path: snakeCase(issue.keys[0]!),
      },
    );
  }
  const path = issue.path.map((step) => (typeof step === 'string' ? snakeCase(step) : step)).join('.');
  const [name = ''] = issue.path.map(String);
  const isInEnvironment = attributes.some((known) => known.name === name && known.type !== 'objects');
  const variable = environmentName(name);
  const hint =
    isInEnvironment && block[name] === undefined
      ? `Correct ${variable}, or set it in the provider block.`
      : `Correct it in the provider block${isInEnvironment ? `, or remove it there and set ${variable}` : ''}.`;
  return new DelineaError('settings_invalid', `provider setting "${path}" ${validationMessage(issue, given)}`, {
    hint,
    path,
  });
}

/**
 * Reads the setting `routing`.
 * @throws DelineaError for an unknown kind, or a surface that does not exist, has no URL or does not serve the kind
 */
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
      hint: `Set ${environmentName(host!)}, or "${snakeCase(host!)}" in the provider block.`,
      path: snakeCase(host!),
    });
  }
  return routing;
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

function readText(file: string, path: string): string {
  try {
    return readRegularFile(file, 'file', { followLinks: true });
  } catch (cause) {
    const reason =
      cause instanceof DelineaError ? cause.message : ((cause as NodeJS.ErrnoException).code ?? 'unreadable');
    throw new DelineaError(
      'settings_invalid',
      `provider setting "${path}": cannot read the file "${file}" (${reason})`,
      { hint: 'Set it to a file that exists and that this user may read.', path, cause },
    );
  }
}
