import type { Declaration, Values } from 'delinea-iac/provider';

/** Returns a declaration without meta-arguments. */
export function declare(kind: string, name: string, values: Values): Declaration {
  return {
    address: `delinea_${kind.replaceAll('-', '_')}.${name}`,
    kind,
    values,
    lookup: false,
    dependsOn: [],
    preventDestroy: false,
    ignoreChanges: [],
  };
}

/** Returns declarations of the simulator's seeded users. */
export function seededUsers(count: number, every = 1): Declaration[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index * every + 1).padStart(5, '0');
    return declare('user', `user${number}`, { userName: `user${number}@example.com` });
  });
}
