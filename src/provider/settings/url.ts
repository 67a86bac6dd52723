import { DelineaError } from '../model/errors.js';

/** Returns the tenant's URL. @throws DelineaError `settings_invalid` */
export function tenantUrl(url: string | undefined, tenant: string | undefined): string {
  if (url) return checkUrl(url, 'url');
  if (!tenant) {
    throw new DelineaError('settings_invalid', 'no tenant: set "tenant" or "url"', {
      hint: 'Set DELINEA_TENANT=acme or DELINEA_URL=https://acme.delinea.app, or set it in the provider block.',
      path: 'tenant',
    });
  }
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(tenant)) {
    throw new DelineaError('settings_invalid', `"${tenant}" is not a valid tenant name`, {
      hint: 'For https://acme.delinea.app the name is "acme". Use "url" for another host.',
      path: 'tenant',
    });
  }
  return `https://${tenant}.delinea.app`;
}

/**
 * Returns a URL without trailing slashes. Plain http would send credentials unencrypted: only a simulator on this machine
 * may use it.
 * @param path the setting, for the error
 * @throws DelineaError `settings_invalid`
 */
export function checkUrl(text: string, path: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new DelineaError('settings_invalid', `provider setting "${path}" is not a plain https URL`, {
      hint: 'Use only scheme, host and path, such as https://acme.delinea.app.',
      path,
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new DelineaError(
      'settings_invalid',
      `provider setting "${path}" is http, which would send credentials unencrypted`,
      {
        hint: 'Use https. Plain http is accepted only for localhost.',
        path,
      },
    );
  }
  return text.trim().replace(/\/+$/, '');
}

/** Returns whether a host is this machine. @param hostname as `URL` writes it */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
