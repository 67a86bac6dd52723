import type { Declaration, Reference, Values } from '../../../src/provider/index.js';

type Rest = Partial<Omit<Declaration, 'address' | 'kind' | 'values'>>;

/** Returns a declaration in the form that the stack reader produces. */
export function declared(kind: string, name: string, values: Values, rest: Rest = {}): Declaration {
  const address = `delinea_${kind.replaceAll('-', '_')}.${name}`;
  return { address, kind, values, lookup: false, dependsOn: [], preventDestroy: false, ignoreChanges: [], ...rest };
}

/** Returns a data source: an object that the stack refers to and does not manage. */
export function looked(kind: string, name: string, values: Values): Declaration {
  const declaration = declared(kind, name, values, { lookup: true });
  return { ...declaration, address: `data.${declaration.address}` };
}

/** Returns the user `NAME@example.com` at `delinea_user.NAME`. */
export function user(name: string, values: Values = {}, rest: Rest = {}): Declaration {
  return declared('user', name, { userName: `${name}@example.com`, ...values }, rest);
}

export function group(name: string, values: Values = {}, rest: Rest = {}): Declaration {
  return declared('group', name, { displayName: name, ...values }, rest);
}

export function idOf({ address }: Declaration): Reference {
  return { ref: address, attribute: 'id' };
}

export function membersOf(...members: readonly Declaration[]): { members: Reference[] } {
  return { members: members.map(idOf) };
}

export function grant(
  name: string,
  container: string,
  to: Declaration,
  right: string,
  values: Values = {},
  rest: Rest = {},
): Declaration {
  return declared(
    'container-permission',
    name,
    { container, principalType: to.kind, principalId: idOf(to), right, ...values },
    rest,
  );
}

export function bind(name: string, role: string, to: Declaration, values: Values = {}, rest: Rest = {}): Declaration {
  return declared('role-binding', name, { role, principalType: to.kind, principalId: idOf(to), ...values }, rest);
}

export function member(name: string, of: Declaration, who: Declaration, values: Values = {}): Declaration {
  return declared('group-membership', name, {
    group: idOf(of),
    principalType: who.kind,
    principalId: idOf(who),
    ...values,
  });
}
