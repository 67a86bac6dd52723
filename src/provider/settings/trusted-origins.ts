import { DelineaError } from '../model/errors.js';
import { readEnvironmentList } from './environment.js';
import { isLoopback } from './url.js';

/** Source of the origins that the environment names beside the addresses in its settings. */
const VARIABLE = 'DELINEA_ALLOWED_HOSTS';

/**
 * The origins (scheme, host and port) to which credentials of the environment may go. The author of a pull request can
 * change every address in code, but not these.
 */
export class TrustedOrigins {
  private readonly origins: ReadonlySet<string>;
  /** Whether the environment names any host: then code may use no other, even with its own credentials. */
  readonly named: boolean;

  /**
   * @param addresses URLs from the environment
   * @throws DelineaError `settings_invalid` for an entry of DELINEA_ALLOWED_HOSTS that is not a host
   */
  constructor(addresses: readonly string[], env: NodeJS.ProcessEnv) {
    const hosts = readEnvironmentList(VARIABLE, env);
    this.origins = new Set([...addresses.map((url) => new URL(url).origin), ...hosts.flatMap(originsOf)]);
    this.named = this.origins.size > 0;
  }

  /**
   * @param url a checked URL
   * @param setting the setting that it comes from, in snake_case
   * @throws DelineaError `untrusted_host`
   */
  check(url: string, setting: string): void {
    const { origin, host } = new URL(url);
    if (this.origins.has(origin)) return;
    const named = this.origins.size === 0 ? 'no host' : [...this.origins].sort().join(', ');
    throw new DelineaError(
      'untrusted_host',
      `provider setting "${setting}": nothing is sent to ${origin}; the environment names ${named}`,
      {
        hint: `If ${host} belongs to your tenant, add it to ${VARIABLE} in the environment of the run.`,
        path: setting,
      },
    );
  }
}

/** Returns the origins of an entry: a host with or without port. Plain http only counts on this machine. */
function originsOf(entry: string): string[] {
  const text = entry.replace(/^https:\/\//i, '');
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : undefined;
  const isHost = url && /^[^/?#@*\s]+$/.test(text) && url.pathname === '/';
  if (!isHost) {
    throw new DelineaError('settings_invalid', `${VARIABLE}: an entry is not a host`, {
      hint: 'Use hosts with or without port, separated by commas, such as acme.delinea.app,vault.example.com:8443.',
      path: VARIABLE,
    });
  }
  return isLoopback(url.hostname) ? [url.origin, new URL(`http://${text}`).origin] : [url.origin];
}
