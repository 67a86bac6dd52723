import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { SimulatorData } from '../../simulator/index.js';
import { connect, type Tenant } from '../api/tenant.js';
import { keyText } from '../model/keys.js';
import type { Operation, Step } from '../model/plan.js';
import { edgesOfPrincipal } from '../read/edges-by-principal.js';
import { openReader, type TenantReader } from '../read/tenant-reader.js';
import { edgeResourceOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { gatherEvidence } from './evidence.js';
import { stepOf } from './steps.fixture.js';

/** A tenant that no test changes. Containers and roles are named after their holders. */
export const data = {
  users: [
    { userName: 'jane@x' },
    { userName: 'tom@x' },
    { userName: 'ann@x', active: false },
    { userName: 'me@x' },
    { userName: 'alone@x' },
  ],
  groups: [
    { displayName: 'owners', members: ['jane@x'] },
    { displayName: 'nested', members: ['group:owners'] },
    { displayName: 'idle', members: ['ann@x'] },
    { displayName: 'mixed', members: ['jane@x', 'ann@x'] },
    { displayName: 'two', members: ['jane@x', 'tom@x'] },
    { displayName: 'inner', members: ['me@x'] },
    { displayName: 'outer', members: ['group:inner', 'tom@x'] },
    { displayName: 'empty' },
    { displayName: 'ring', members: ['group:round', 'alone@x'] },
    { displayName: 'round', members: ['group:ring'] },
  ],
  containers: ['solo', 'pair', 'withIdle', 'byGroup', 'byNested', 'byIdle', 'byMixed', 'byTwo', 'viewed', 'byRing'],
  containerPermissions: [
    { container: 'solo', user: 'jane@x', right: 'Owner' },
    { container: 'solo', user: 'tom@x', right: 'Edit' },
    { container: 'pair', user: 'jane@x', right: 'Owner' },
    { container: 'pair', user: 'tom@x', right: 'Owner' },
    { container: 'withIdle', user: 'jane@x', right: 'Owner' },
    { container: 'withIdle', user: 'ann@x', right: 'Owner' },
    { container: 'byGroup', group: 'owners', right: 'Owner' },
    { container: 'byNested', group: 'nested', right: 'Owner' },
    { container: 'byIdle', group: 'idle', right: 'Owner' },
    { container: 'byMixed', group: 'mixed', right: 'Owner' },
    { container: 'byTwo', group: 'two', right: 'Owner' },
    { container: 'viewed', user: 'jane@x', right: 'View' },
    { container: 'byRing', group: 'round', right: 'Owner' },
  ],
  roles: ['Admin', 'Duo', 'Crew', 'Unwatched', 'Unheld'],
  roleBindings: [
    { role: 'Admin', user: 'jane@x' },
    { role: 'Duo', user: 'jane@x' },
    { role: 'Duo', user: 'tom@x' },
    { role: 'Crew', group: 'owners' },
    { role: 'Unwatched', user: 'jane@x' },
  ],
};

/** Opens a tenant for the tests of one file, by default the one above, and returns builders of steps on its objects. */
export function guardedTenant(tenantData: SimulatorData = data, more: Readonly<Record<string, unknown>> = {}) {
  let bench: Workbench;
  let tenant: Tenant;
  let reader: TenantReader;
  const ids = new Map<string, string>();
  /** By kind and ends, as `keyText` gives them. */
  const edges = new Map<string, { readonly id: string; readonly values: Step['before'] }>();

  beforeAll(async () => {
    const provider = {
      retries: 0,
      adminRoles: ['admin', 'Duo', 'Crew', 'Unheld'],
      protectedPrincipals: ['me@x', 'nobody@x'],
      ...more,
    };
    bench = await openWorkbench({ data: tenantData, provider });
    tenant = await connect(bench.settings, { ...bench.sim.env });
    const { snapshot, ...rest } = openReader(tenant);
    for (const kind of ['user', 'group', 'container']) {
      for (const live of await snapshot.view(kind).all()) {
        ids.set(rest.translator.nameFrom(kind, live), live.id);
        if (kind === 'container') continue;
        for (const type of ['container-permission', 'role-binding']) {
          const held = await edgesOfPrincipal({ snapshot, ...rest }, edgeResourceOf(type), { kind, id: live.id });
          for (const edge of held)
            edges.set(keyText(resourceOf(type), edge.values), { id: edge.live.id, values: edge.values });
        }
      }
    }
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    reader = openReader(tenant);
    bench.sim.resetRequests();
  });
  afterEach(() => bench.sim.faults.clear());

  const idOf = (name: string) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no object is named ${name}`);
    return id;
  };
  const of = (name: string) => ({ principalType: name.includes('@') ? 'user' : 'group', principalId: idOf(name) });
  const step = (kind: string, name: string, operation: Operation, more: Partial<Step> = {}): Step =>
    stepOf(kind, operation, { key: `${kind} ${name}`, label: name, id: idOf(name), ...more });
  const user = (name: string, operation: Operation, more: Partial<Step> = {}) => step('user', name, operation, more);
  /** A step on a live edge, with its values from the tenant. */
  const edge = (kind: string, ends: Step['before'], operation: Operation, to: Step['desired'] = {}): Step => {
    const found = edges.get(keyText(resourceOf(kind), ends));
    if (!found) throw new Error(`there is no such edge: ${JSON.stringify(ends)}`);
    const { id, values: before } = found;
    return stepOf(kind, operation, { key: JSON.stringify(ends), id, before, desired: to, changed: Object.keys(to) });
  };
  const asked = () => bench.sim.log.slice(-bench.sim.requests.total);

  return {
    /** The reader of the present test. */
    reader: () => reader,
    /** Starts over with a reader that has read nothing, under other settings if given. */
    async reopen(settings: Partial<Workbench['settings']> = {}): Promise<void> {
      reader = openReader(await connect({ ...bench.settings, ...settings }, { ...bench.sim.env }));
    },
    sim: () => bench.sim,
    idOf,
    of,
    step,
    user,
    disabled: (name: string) => user(name, 'deactivate'),
    members: (name: string, before: string[], after: string[]) =>
      step('group', name, 'update', {
        before: { members: before.map(idOf) },
        desired: { members: after.map(idOf) },
        changed: ['members'],
      }),
    owner: (container: string, name: string, operation: Operation, to?: Step['desired']) =>
      edge('container-permission', { container: idOf(container), ...of(name) }, operation, to),
    holder: (role: string, name: string, operation: Operation) =>
      edge('role-binding', { role, ...of(name) }, operation),
    given: (kind: string, values: Step['desired']) =>
      stepOf(kind, 'create', { key: `delinea_${kind}.new`, desired: values }),
    orphansOf: async (...steps: Step[]) =>
      (await gatherEvidence(reader, steps)).orphans.map(({ kind, name, lacks }) => `${kind} ${name}: ${lacks}`).sort(),
    asked,
    rightsAskedBy: (what: string) =>
      asked().filter(
        ({ path, query }) => path.includes('/ContainerPermissions') && decodeURIComponent(query).includes(what),
      ).length,
  };
}
