import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import { connect, type Tenant } from '../api/tenant.js';
import { resourceOf } from '../resources/index.js';
import { openReader, type TenantReader } from './tenant-reader.js';

/** Opens a simulated tenant for the tests of one file. Every test gets a reader that has read nothing. */
export function simulatedTenant(options: WorkbenchOptions) {
  let bench: Workbench;
  let tenant: Tenant;
  let reader: TenantReader;

  beforeAll(async () => {
    bench = await openWorkbench({ ...options, provider: { retries: 0, ...options.provider } });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    tenant = await connect(bench.settings, { ...bench.sim.env });
    reader = openReader(tenant);
    bench.sim.resetRequests();
  });
  afterEach(() => bench.sim.faults.clear());

  return {
    sim: () => bench.sim,
    tenant: () => tenant,
    reader: () => reader,
    /** Returns the home id of the object with a name. The requests for it do not count. */
    async idOf(kind: string, name: string): Promise<string> {
      const other = openReader(await connect(bench.settings, { ...bench.sim.env }));
      const [live] = await other.snapshot.view(kind).byKey({ [resourceOf(kind).key[0]!]: name });
      bench.sim.resetRequests();
      if (!live) throw new Error(`no ${kind} is named ${name}`);
      return live.id;
    },
  };
}
