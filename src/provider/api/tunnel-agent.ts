import type { AgentOptions, Agent as HttpsAgent } from 'node:https';
import { HttpsProxyAgent } from 'hpagent';
import { ERRORS_BEFORE_STOP } from './breaker-limits.js';
import { ProxyFailure } from './connection-error.js';

/** Share of a request's time limit within which the proxy must have opened the tunnel: its time-out then comes first. */
const SHARE = 0.5;

/** Opens TLS connections through a proxy. Asks the proxy no more after five failures in a row. */
export class TunnelAgent extends HttpsProxyAgent {
  private failures = 0;

  /** @param timeoutMs time limit of a request, in milliseconds */
  constructor(
    private readonly url: URL,
    private readonly timeoutMs: number,
    options: AgentOptions,
  ) {
    super({ ...options, proxy: url });
  }

  override createConnection(
    ...[options, done = () => undefined]: Parameters<HttpsAgent['createConnection']>
  ): undefined {
    const fail = (code: string) => {
      const failure = new ProxyFailure(code, this.url.origin, this.failures >= ERRORS_BEFORE_STOP);
      done(failure, undefined as never);
    };
    if (this.failures >= ERRORS_BEFORE_STOP) return void fail('not asked again');
    super.createConnection({ ...options, timeout: this.timeoutMs * SHARE }, (error, socket) => {
      this.failures = error ? this.failures + 1 : 0;
      if (error) fail((error as NodeJS.ErrnoException).code ?? error.message);
      else done(null, socket);
    });
  }
}
