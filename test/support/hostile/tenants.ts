import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../../src/simulator/index.js';
import { RESOURCES, stackText, TENANT } from './base-branch.js';
import { STACK } from './files-catalogue.js';

/** Secrets that need every kind of escaping. */
const credentials = {
  clientSecret: 'cl!ent/s3cret+"q&=\\',
  scimToken: 'scim.t0ken-_~value',
  servicePassword: 'p@ss w0rd%7B{ü}',
};

/** A tenant to which the base branch was applied, and the checkout after that. */
export interface AppliedTenant {
  readonly sim: Simulator;
  /** Copies the checkout of the base branch into a folder. */
  copyTo(folder: string): void;
  remove(): Promise<void>;
}

/** Opens tenants and keeps those that a pull request left as they were. */
export class Tenants {
  private readonly free: AppliedTenant[] = [];

  /** @param apply applies the stack in a folder, or throws */
  constructor(private readonly apply: (sim: Simulator, folder: string) => Promise<void>) {}

  async use<T>(work: (tenant: AppliedTenant) => Promise<T>): Promise<T> {
    const tenant = this.free.pop() ?? (await this.open());
    const before = JSON.stringify(tenant.sim.state());
    tenant.sim.resetRequests();
    try {
      const result = await work(tenant);
      if (JSON.stringify(tenant.sim.state()) === before) this.free.push(tenant);
      else await tenant.remove();
      return result;
    } catch (error) {
      await tenant.remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.free.map((tenant) => tenant.remove()));
  }

  private async open(): Promise<AppliedTenant> {
    const sim = await startSimulator({ data: TENANT, credentials });
    const folder = mkdtempSync(join(tmpdir(), 'base-branch-'));
    writeFileSync(join(folder, STACK), stackText(RESOURCES, {}, {}));
    await this.apply(sim, folder);
    return {
      sim,
      copyTo: (other) => cpSync(folder, other, { recursive: true }),
      remove: async () => {
        rmSync(folder, { recursive: true, force: true });
        await sim.close();
      },
    };
  }
}
