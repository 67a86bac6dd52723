import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import { connect } from '../api/tenant.js';
import type { Values } from '../model/values.js';
import { openReader, type TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { readSettings } from '../settings/settings.js';
import type { Applied } from './attempt.js';
import type { ResourceInstance } from './instance.js';
import { openSession, type Session } from './session.js';

/** A simulated tenant with sessions on it, as Terraform runs them. */
export interface SessionBench {
  readonly sim: Simulator;
  /** Opens a session, as a new provider process does. @param provider settings of the provider block */
  open(provider?: object): Promise<Session>;
  /** Opens a reader, as a new session has it. */
  read(): Promise<TenantReader>;
  /** Applies one instance in a session of its own, and returns it as the next run has it. */
  apply(kind: string, declared: Values): Promise<ResourceInstance & { readonly applied: Applied }>;
  close(): Promise<void>;
}

export async function openSessionBench(options: SimulatorOptions = {}): Promise<SessionBench> {
  const sim = await startSimulator(options);
  const env = { ...sim.env, DELINEA_ALLOW_IN_CODE: 'allow_missing' };
  const tenant = (provider: object = {}) =>
    connect(readSettings({ visibilitySeconds: 1, retries: 0, ...provider }, env), env);
  const open = async (provider?: object) => openSession(await tenant(provider), async () => undefined);
  return {
    sim,
    open,
    read: async () => openReader(await tenant()),
    async apply(kind, declared) {
      const resource = resourceOf(kind);
      const applied = await (await open()).apply({ resource, declared });
      if (!applied.live) throw applied.error ?? new Error('nothing was applied');
      const { id, values } = applied.live;
      return { resource, applied, privateState: applied.privateState, state: { ...values, ...declared, id } };
    },
    close: () => sim.close(),
  };
}
