import { keyText } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import { edgesOfPrincipal } from '../read/edges-by-principal.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { edgeResourceOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';

/** Who owns what in a tenant that no test changes: containers and roles are called after who has them. */
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

/** What a tenant's objects and edges are called by in steps. */
export interface Names {
  /** By name of a user, a group or a container. */
  readonly ids: ReadonlyMap<string, string>;
  /** By kind and ends: what `keyText` makes of them. */
  readonly edges: ReadonlyMap<string, { readonly id: string; readonly values: Step['before'] }>;
}

export async function namesIn(reading: TenantReader): Promise<Names> {
  const ids = new Map<string, string>();
  const edges = new Map<string, { id: string; values: Step['before'] }>();
  for (const kind of ['user', 'group', 'container']) {
    for (const live of await reading.snapshot.view(kind).all()) {
      ids.set(reading.translator.nameFrom(kind, live), live.id);
      if (kind === 'container') continue;
      for (const type of ['container-permission', 'role-binding']) {
        for (const edge of await edgesOfPrincipal(reading, edgeResourceOf(type), { kind, id: live.id })) {
          edges.set(keyText(resourceOf(type), edge.values), { id: edge.live.id, values: edge.values });
        }
      }
    }
  }
  return { ids, edges };
}
