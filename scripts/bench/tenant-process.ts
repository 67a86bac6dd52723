import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestCounts } from 'delinea-iac/simulator';
import type { TenantRequest } from './tenant.js';

/** A running simulated tenant and its request counter. */
export interface TenantProcess {
  readonly env: Readonly<Record<string, string>>;
  /** Requests since the last call. */
  requests(): Promise<RequestCounts>;
  stop(): void;
}

export async function startTenant(request: TenantRequest): Promise<TenantProcess> {
  const child = fork(new URL('./tenant.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  child.send(request);
  const { env } = await answer<{ env: Record<string, string> }>(child);
  return {
    env,
    async requests() {
      child.send('requests');
      return (await answer<{ requests: RequestCounts }>(child)).requests;
    },
    stop: () => child.disconnect(),
  };
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}
