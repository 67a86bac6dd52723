import { type ConfiguredSurface, fieldSettings } from './configured-surface.js';
import { environmentName } from './environment.js';
import { type Settings, settingAttributes } from './settings.js';
import { type Profile, routingOf, surfaces } from './surfaces.js';

/** The settings of a profile, to paste: a provider block, and environment variables. Has no secrets. */
export interface ProfileBlock {
  /** Settings of the provider block, by attribute name. */
  readonly code: Readonly<Record<string, string>>;
  /** Environment variables; a secret has no value here. */
  readonly variables: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** Returns the names of the surfaces that a profile uses. */
export function surfacesOf(profile: Profile): string[] {
  return [...new Set(Object.values(routingOf(profile)))];
}

/** Returns the settings with which a profile works. All its surfaces are configured. */
export function profileBlock(profile: Profile, settings: Settings): ProfileBlock {
  const used = surfacesOf(profile).map((name) => settings.surfaces[name]!);
  const hosts = hostsOf(used);
  // Without a Platform, the URL of the settings is that of another host.
  const isHost = Object.values(hostsOf(Object.values(settings.surfaces))).includes(settings.url);
  const code = { ...(!isHost && { url: settings.url }), profile, ...hosts };
  const overrides = used.flatMap((surface) => overrideOf(surface, settings.url, hosts));
  const credentials = used.flatMap(({ auth, credentials: values }) =>
    Object.entries(values).map(([field, value]) => [fieldSettings(auth, field)[0]!, value] as const),
  );
  const variables = new Map<string, string>([
    ...Object.entries(code),
    ...(overrides.length > 0 ? [['surfaces', JSON.stringify(overrides)] as const] : []),
    ...credentials,
  ]);
  const isSecret = (setting: string) => settingAttributes.some(({ name, sensitive }) => name === setting && sensitive);
  return {
    code,
    variables: [...variables].map(([setting, value]) => ({
      name: environmentName(setting),
      value: isSecret(setting) ? undefined : value,
    })),
  };
}

/** Returns the settings that hold the hosts of these surfaces, with their values. */
function hostsOf(used: readonly ConfiguredSurface[]): Record<string, string> {
  return Object.fromEntries(
    used.flatMap(({ host, baseUrl, basePath }) =>
      host !== undefined && baseUrl.endsWith(basePath) ? [[host, baseUrl.slice(0, -basePath.length)]] : [],
    ),
  );
}

/** Returns the element of the setting `surfaces` for a surface that is not as documented; else nothing. */
function overrideOf(surface: ConfiguredSurface, tenant: string, hosts: Readonly<Record<string, string>>): object[] {
  const row = surfaces[surface.name]!;
  const auth = [row.auth, ...(row.otherAuth ?? [])].find(
    ({ credentials }) => credentials === surface.auth.credentials,
  )!;
  const host = row.host === undefined ? tenant : hosts[row.host];
  const tokenHost = auth.kind === 'oauth' && auth.tokenHost === 'tenant' ? tenant : host;
  const documented = addressOf({
    ...row,
    auth,
    baseUrl: `${host}${row.basePath}`,
    tokenUrl: auth.kind === 'oauth' ? `${tokenHost}${auth.tokenPath}` : undefined,
  });
  const changed = Object.entries(addressOf(surface)).filter(([name, value]) => value && value !== documented[name]);
  return changed.length > 0 ? [{ name: surface.name, ...Object.fromEntries(changed) }] : [];
}

/** Returns what the setting `surfaces` can override of a surface. */
function addressOf(surface: Omit<ConfiguredSurface, 'credentials'>): Record<string, string | undefined> {
  const scopes = surface.auth.kind === 'oauth' ? surface.auth.scopes : undefined;
  return {
    base_url: surface.baseUrl,
    token_url: surface.tokenUrl,
    read_scope: scopes?.read,
    write_scope: scopes?.write,
    admin_scope: scopes?.admin,
    id_space: surface.idSpace,
  };
}
