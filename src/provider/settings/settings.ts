import type * as z from 'zod';
import type { Allowance } from '../model/allowance.js';
import { type Attribute, readAttributes } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import { targetText } from '../model/target.js';
import { validationMessage } from '../model/validation-message.js';
import { pick, type Values } from '../model/values.js';
import { allowanceOf } from './allowance.js';
import { checkTrust } from './check-trust.js';
import { accountsOf, type ConfiguredSurface, configureSurfaces, type Texts } from './configured-surface.js';
import { environmentName, readEnvironment } from './environment.js';
import { allowancesInCode, checkLock, mergeSettings } from './merge-settings.js';
import { readPlanKey } from './plan-key.js';
import { redactor } from './redactor.js';
import { readRegularFile } from './regular-file.js';
import { settingAttributes, settingsSchema } from './settings-schema.js';
import { defaultRouting, type Profile, routingOf, type Surface, surfaceFor, surfaces } from './surfaces.js';
import { checkUrl, tenantUrl } from './url.js';

export { settingAttributes };

/** The surfaces that may be configured and the settings that their rows name. */
export interface SurfaceSettings {
  readonly schema: typeof settingsSchema;
  readonly surfaces: Readonly<Record<string, Surface>>;
}

const ENVIRONMENT = 'the environment';

/** The names that one source protects. */
export interface ProtectedNames {
  /** As in `Allowance`. */
  readonly source: string;
  readonly protectedPrincipals?: readonly string[] | undefined;
  readonly adminRoles?: readonly string[] | undefined;
}

/** The provider settings, checked and complete. */
export interface Settings {
  /** URL of the tenant; without a Platform, of the first host that is set: Secret Server, then the connector. */
  readonly url: string;
  /** Origins (scheme, host, port) that receive requests of this run, sorted; whole URLs where they are not the documented ones. */
  readonly origins: readonly string[];
  /** Tenant, hosts and accounts in one text, for comparison and for messages. */
  readonly target: string;
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
  /** The names in both lists as they were set, with the source of each. */
  readonly protectedNames: readonly ProtectedNames[];
  /** Allowances that need no command line: of the environment, and of the block where the environment permits them. */
  readonly allowances: readonly Allowance[];
  /** Replaces every secret in a text, however it is encoded. */
  redact(text: string): string;
  /** Has `redact` replace another secret, such as a token that a service has issued. */
  hide(secret: string): void;
}

/**
 * Reads the provider block and the environment (`DELINEA_CLIENT_SECRET`, or `DELINEA_CLIENT_SECRET_FILE` for a secret in a
 * file). The environment is the floor: see docs/design/trust.md.
 * @throws DelineaError `settings_invalid`, `untrusted_host` or `unserved` (routing); it names the setting and never repeats
 *   a secret
 */
export function readSettings(
  block: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  { schema, surfaces: rows }: SurfaceSettings = { schema: settingsSchema, surfaces },
): Settings {
  const attributes = schema === settingsSchema ? settingAttributes : readAttributes(schema);
  const optional = schema.partial().strict();
  const environment = check(optional, readEnvironment(attributes, env), inEnvironment);
  const code = check(optional, block, inBlock(attributes));
  checkLock(attributes, code, env);
  const inCode = allowancesInCode(attributes, code, env);
  const data = schema.parse(mergeSettings(attributes, code, environment));
  const texts = textsIn(data);
  const hosts = hostsIn(rows, texts);
  const tenant = data.url || data.tenant || hosts.length === 0 ? tenantUrl(data.url, data.tenant) : undefined;
  const url = tenant ?? hosts[0]!;
  const configured = configureSurfaces(tenant, rows, texts, data.surfaces ?? []);
  checkTrust({ configured, rows, code, environment, texts }, env);
  const ownAccounts = [...new Set([...accountsOf(rows, textsIn(environment)), ...accountsOf(rows, texts)])];
  const routing = readRouting(data.profile, data.routing ?? [], rows, configured);
  const origins = originsOf(routing, configured, [url, ...hosts]);
  return {
    url,
    origins,
    target: targetText({ tenant: url, origins, accounts: ownAccounts }),
    ca: data.caFile === undefined ? undefined : readCertificates(data.caFile),
    concurrency: data.concurrency,
    timeoutMs: data.timeoutSeconds * 1000,
    retries: data.retries,
    maxRequests: data.maxRequests,
    visibilityMs: data.visibilitySeconds * 1000,
    allowDelete: data.allowDelete,
    externalIdFrom: data.externalIdFrom,
    routing,
    surfaces: configured,
    ownAccounts,
    protectedPrincipals: [...new Set([...ownAccounts, ...(data.protectedPrincipals ?? [])])],
    adminRoles: data.adminRoles ?? [],
    protectedNames: [
      { source: ENVIRONMENT, ...pick(environment, ['protectedPrincipals', 'adminRoles']) },
      { source: 'the provider block', ...pick(code, ['protectedPrincipals', 'adminRoles']) },
    ],
    allowances: [
      allowanceOf(data, ENVIRONMENT),
      allowanceOf(inCode, 'the provider block, as DELINEA_ALLOW_IN_CODE permits'),
    ],
    ...redactor([...attributes.filter(({ sensitive }) => sensitive).map(({ name }) => texts[name]), readPlanKey(env)]),
  };
}

/** Checks the settings of one source. Returns only those that it sets. */
function check(
  schema: z.ZodObject,
  given: Values,
  fault: (issue: z.core.$ZodIssue, given: Values) => DelineaError,
): Values {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw fault(parsed.error.issues[0]!, given);
  return Object.fromEntries(Object.entries(parsed.data).filter(([name]) => given[name] !== undefined));
}

function textsIn(data: Values): Texts {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** Returns the URLs of the hosts that surfaces have of their own and that are set. */
function hostsIn(rows: Readonly<Record<string, Surface>>, texts: Texts): string[] {
  const settings = new Set(Object.values(rows).flatMap(({ host }) => host ?? []));
  return [...settings].flatMap((host) => (texts[host] ? [checkUrl(texts[host], snakeCase(host))] : []));
}

/** Returns the addresses to which the routed surfaces send requests, sorted. */
function originsOf(
  routing: Readonly<Record<string, string>>,
  configured: Readonly<Record<string, ConfiguredSurface>>,
  hosts: readonly string[],
): string[] {
  const routed = new Set(Object.values({ ...defaultRouting, ...routing }));
  const shown = (url: string, path: string) => (hosts.some((host) => host + path === url) ? new URL(url).origin : url);
  const addresses = Object.values(configured)
    .filter(({ name }) => routed.has(name))
    .flatMap(({ baseUrl, basePath, tokenUrl, auth }) => [
      shown(baseUrl, basePath),
      ...(tokenUrl !== undefined && auth.kind === 'oauth' ? [shown(tokenUrl, auth.tokenPath)] : []),
    ]);
  return [...new Set(addresses)].sort();
}

const inEnvironment = (issue: z.core.$ZodIssue, given: Values): DelineaError => {
  const variable = environmentName(String(issue.path[0]));
  const path = pathOf(issue);
  return new DelineaError('settings_invalid', `provider setting "${path}" ${validationMessage(issue, given)}`, {
    hint: `Correct ${variable}.`,
    path,
  });
};

const inBlock =
  (attributes: readonly Attribute[]) =>
  (issue: z.core.$ZodIssue, given: Values): DelineaError => {
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
    const path = pathOf(issue);
    const variable = environmentName(String(issue.path[0]));
    return new DelineaError('settings_invalid', `provider setting "${path}" ${validationMessage(issue, given)}`, {
      hint: `Correct it in the provider block, or remove it there and set ${variable}.`,
      path,
    });
  };

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.map((step) => (typeof step === 'string' ? snakeCase(step) : String(step))).join('.');
}

/**
 * Reads the setting `routing`.
 * @throws DelineaError for an unknown kind, or a surface that does not exist, has no URL or does not serve the kind
 */
function readRouting(
  profile: Profile | undefined,
  entries: readonly { kind: string; surface: string }[],
  rows: Readonly<Record<string, Surface>>,
  configured: Readonly<Record<string, ConfiguredSurface>>,
): Record<string, string> {
  const chosen = Object.fromEntries(entries.map(({ kind, surface }) => [kind, surface]));
  const routing: Record<string, string> = { ...(profile && routingOf(profile)), ...chosen };
  for (const kind of Object.keys(routing)) {
    if (!Object.hasOwn(defaultRouting, kind)) {
      throw new DelineaError('settings_invalid', `provider setting "routing": there is no kind "${kind}"`, {
        hint: `Kinds: ${Object.keys(defaultRouting).join(', ')}.`,
        path: 'routing',
      });
    }
    // A profile may not serve a kind: that is an error for stacks that declare it.
    const { name, title, host = 'tenant' } = kind in chosen ? surfaceFor(kind, routing, rows) : rows[routing[kind]!]!;
    if (name in configured) continue;
    throw new DelineaError('settings_invalid', `the ${title} has no URL`, {
      hint: `Set ${environmentName(host)}, or "${snakeCase(host)}" in the provider block.`,
      path: snakeCase(host),
    });
  }
  return routing;
}

function readCertificates(file: string): string {
  const text = readText(file, 'ca_file');
  if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(text)) return text;
  throw new DelineaError('settings_invalid', `provider setting "ca_file": "${file}" contains no certificate`, {
    hint: 'Set it to a PEM file with the certificate of the authority.',
    path: 'ca_file',
  });
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
