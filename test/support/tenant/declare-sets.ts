import type { Declaration, Reference, Values } from '../../../src/provider/index.js';
import { declared, idOf } from './declare.js';

type Rest = Parameters<typeof declared>[3];

/** A declaration, or a literal id. */
export type Holder = Declaration | { readonly kind: string; readonly id: string };

function principal(to: Holder): { principalType: string; principalId: string | Reference } {
  return { principalType: to.kind, principalId: 'id' in to ? to.id : idOf(to) };
}

/** Returns `delinea_container_permissions.NAME`, the authoritative set of all rights on a container. It adopts the access of others. */
export function allGrants(
  name: string,
  container: string,
  grants: readonly (readonly [Holder, string])[],
  values: Values = {},
  rest: Rest = {},
): Declaration {
  const elements = grants.map(([to, right]) => ({ ...principal(to), right }));
  return declared('container-permissions', name, { container, grants: elements, adopt: 'always', ...values }, rest);
}

/** Returns `delinea_role_bindings.NAME`, the authoritative set of all holders of a role. It adopts the access of others. */
export function allHolders(
  name: string,
  role: string,
  holders: readonly Holder[],
  values: Values = {},
  rest: Rest = {},
): Declaration {
  return declared('role-bindings', name, { role, holders: holders.map(principal), adopt: 'always', ...values }, rest);
}
