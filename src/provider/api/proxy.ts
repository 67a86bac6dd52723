import { DelineaError } from '../model/errors.js';
import { isLoopback } from '../settings/url.js';

/** Variables with the proxy of https requests, the first one first. Plain http goes to this machine only, without a proxy. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** Other spellings of this machine, as `URL` normalises them. They are not proxied, but may not use plain http either. */
const LOOPBACK = /^(\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|(.+\.)?localhost\.?)$/;

/**
 * Returns the proxy that the environment sets for a URL, or undefined. A host of this machine never has one.
 * @throws DelineaError `settings_invalid` when the variable is not the URL of an HTTP proxy; without its value, which may
 *   have a password
 */
export function proxyFor(target: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const variable = VARIABLES.find((name) => env[name]?.trim());
  const isHere = isLoopback(target.hostname) || LOOPBACK.test(target.hostname);
  if (target.protocol !== 'https:' || !variable || isHere || isExcluded(target, env)) return;
  const text = env[variable]!.trim();
  const url = readUrl(text.includes('://') ? text : `http://${text}`);
  if (url) return url;
  throw new DelineaError('settings_invalid', `${variable} is not the URL of an HTTP proxy`, {
    hint: 'Write it as http://proxy.example.com:8080, with % escapes for special characters of a password.',
    path: variable,
  });
}

function readUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether NO_PROXY names the host: `*`, a host or one of its parent domains, each with an optional port. */
function isExcluded({ hostname, port }: URL, env: NodeJS.ProcessEnv): boolean {
  const host = hostname.replace(/\.$/, '');
  const entries = (env.no_proxy || env.NO_PROXY || '').toLowerCase().split(/[\s,]+/);
  return entries.filter(Boolean).some((entry) => {
    if (entry === '*') return true;
    // An IPv6 address without brackets has no port.
    const bracketed = /^[^[]*:.*:/.test(entry) ? `[${entry}]` : entry;
    const [, name, only = port || '443'] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(bracketed)!;
    return only === (port || '443') && (host === name || host.endsWith(`.${name}`));
  });
}
