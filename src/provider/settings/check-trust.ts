import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { Values } from '../model/values.js';
import { type ConfiguredSurface, credentialSettings, type Override, type Texts } from './configured-surface.js';
import { environmentName } from './environment.js';
import type { Surface } from './surfaces.js';
import { TrustedOrigins } from './trusted-origins.js';
import { checkUrl, tenantUrl } from './url.js';

/** Settings by source, and the surfaces that both configure. */
export interface Configured {
  readonly configured: Readonly<Record<string, ConfiguredSurface>>;
  readonly rows: Readonly<Record<string, Surface>>;
  /** Settings of the provider block. */
  readonly code: Values;
  /** Settings of the environment. */
  readonly environment: Values;
  /** The merged settings that are texts. */
  readonly texts: Texts;
}

/** Another certificate authority for the credentials, and another choice of the APIs that guards can read. */
const RESERVED_SETTINGS = ['caFile', 'profile'] as const;

/** Properties of a surface that widen a token or change which object an id means. */
const RESERVED = ['readScope', 'writeScope', 'adminScope', 'idSpace'] as const;

/**
 * Refuses code that would send credentials of the environment to a host that the environment does not name, trust another
 * certificate authority for them, or use them with another account, scope, id space or profile. A profile without roles or
 * folders would keep the guards from reading who holds them.
 * @throws DelineaError `untrusted_host` or `settings_invalid`, before any request
 */
export function checkTrust(settings: Configured, env: NodeJS.ProcessEnv): void {
  const { configured, code, environment } = settings;
  const trusted = new TrustedOrigins(addressesIn(settings), env);
  for (const surface of Object.values(configured)) {
    const fromEnvironment = hasEnvironmentCredentials(surface, settings);
    const override = overrideOf(code, surface.name);
    if (fromEnvironment || trusted.named) {
      trusted.check(surface.baseUrl, override?.baseUrl ? 'surfaces.base_url' : hostSetting(surface, code));
      if (surface.tokenUrl !== undefined)
        trusted.check(surface.tokenUrl, override?.tokenUrl ? 'surfaces.token_url' : hostSetting(surface, code));
    }
    if (fromEnvironment) refuseMixedAccount(surface, settings);
    if (fromEnvironment) refuseReserved(surface, settings, override);
    const changed = fromEnvironment && RESERVED_SETTINGS.find((name) => differs(code[name], environment[name]));
    if (changed) throw reserved(snakeCase(changed), environmentName(changed));
  }
}

function differs(inCode: unknown, inEnvironment: unknown): boolean {
  return inCode !== undefined && inCode !== inEnvironment;
}

/** Returns the URLs that the environment sets. */
function addressesIn({ environment, rows }: Configured): string[] {
  const {
    url,
    tenant,
    surfaces = [],
  } = environment as {
    readonly url?: string;
    readonly tenant?: string;
    readonly surfaces?: readonly Override[];
  };
  const hosts = Object.values(rows).flatMap(({ host }) => (host === undefined ? [] : [environment[host]]));
  const urls = [...hosts, ...surfaces.flatMap(({ baseUrl, tokenUrl }) => [baseUrl, tokenUrl])];
  return [
    ...(url !== undefined || tenant !== undefined ? [tenantUrl(url, tenant)] : []),
    ...urls.flatMap((given) => (typeof given === 'string' ? [checkUrl(given, 'surfaces')] : [])),
  ];
}

/** Returns whether the environment supplies any credential of a surface. */
function hasEnvironmentCredentials({ auth }: Surface, { code, texts }: Configured): boolean {
  return credentialSettings(auth, texts).some((name) => code[name] === undefined);
}

function overrideOf({ surfaces }: Values, name: string): Override | undefined {
  return (surfaces as readonly Override[] | undefined)?.find((override) => override.name === name);
}

/** Returns the setting that gives a surface its host. */
function hostSetting({ host }: Surface, code: Values): string {
  if (host !== undefined) return snakeCase(host);
  return code.url === undefined ? 'tenant' : 'url';
}

/**
 * Refuses credentials of which code supplies one and the environment another: the secret of the environment would be tried
 * for an account of the author's choice, and repeated failures suspend accounts (fact sheet 5.1).
 */
function refuseMixedAccount({ auth }: Surface, { code, environment, texts }: Configured): void {
  const names = credentialSettings(auth, texts);
  const mixed = names.find((name) => code[name] !== undefined && code[name] !== environment[name]);
  if (mixed !== undefined) throw reserved(snakeCase(mixed), environmentName(mixed));
}

/** Refuses scopes and id spaces of code that differ from those that the surface has without the code. */
function refuseReserved(surface: Surface, { rows, environment }: Configured, override: Override | undefined): void {
  const row = rows[surface.name]!;
  const scopes = row.auth.kind === 'oauth' ? row.auth.scopes : undefined;
  const documented = {
    readScope: scopes?.read,
    writeScope: scopes?.write,
    adminScope: scopes?.admin,
    idSpace: row.idSpace,
  };
  const trusted = { ...documented, ...overrideOf(environment, surface.name) };
  const changed = RESERVED.find((name) => override?.[name] !== undefined && override[name] !== trusted[name]);
  if (changed !== undefined) throw reserved(`surfaces.${snakeCase(changed)}`, environmentName('surfaces'));
}

function reserved(path: string, variable: string): DelineaError {
  return new DelineaError(
    'settings_invalid',
    `provider setting "${path}" must come from the environment, because the credentials do`,
    { hint: `Remove it from the provider block and set ${variable} in the environment of the run.`, path },
  );
}
