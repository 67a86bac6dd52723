import fc from 'fast-check';
import type { SimulatorData } from '../../../src/simulator/index.js';

const USERS = ['u0', 'u1', 'u2', 'u3'].map((name) => `${name}@x`);
const GROUPS = ['g0', 'g1', 'g2', 'g3'];
const CONTAINERS = ['c0', 'c1', 'c2'];

/** A random tenant, and numbers by which a test draws its steps. */
export interface AccessTenant {
  readonly data: SimulatorData;
  /** Whether folders inherit, else groups contain each other. */
  readonly inherits: boolean;
  readonly draws: readonly number[];
}

/**
 * A random small tenant: inactive accounts, and either groups in each other, cycles included, or folders that inherit. No
 * surface has both.
 */
export const accessTenants: fc.Arbitrary<AccessTenant> = fc.boolean().chain((inherits) => {
  const nested = inherits ? [] : GROUPS.map((name) => `group:${name}`);
  const holder = fc.oneof(
    fc.constantFrom(...USERS).map((user) => ({ user })),
    fc.constantFrom(...GROUPS).map((group) => ({ group })),
  );
  const distinct = <T extends object>(edges: fc.Arbitrary<T>, keys: readonly (keyof T)[], maxLength: number) =>
    fc.uniqueArray(edges, { maxLength, selector: (edge) => JSON.stringify(keys.map((key) => edge[key])) });
  return fc.record({
    inherits: fc.constant(inherits),
    data: fc.record({
      users: fc.tuple(...USERS.map((userName) => fc.record({ userName: fc.constant(userName), active: fc.boolean() }))),
      groups: fc.tuple(
        ...GROUPS.map((displayName) =>
          fc.record({
            displayName: fc.constant(displayName),
            members: fc.uniqueArray(
              fc.constantFrom(...[...USERS, ...nested].filter((member) => member !== `group:${displayName}`)),
              { maxLength: 3 },
            ),
          }),
        ),
      ),
      containers: fc.tuple(
        ...CONTAINERS.map((name, index) =>
          fc.record({
            name: fc.constant(name),
            ...(inherits && index > 0
              ? { parent: fc.constantFrom(...CONTAINERS.slice(0, index)), inherits: fc.boolean() }
              : {}),
          }),
        ),
      ),
      containerPermissions: distinct(
        fc
          .record({
            container: fc.constantFrom(...CONTAINERS),
            holder,
            right: fc.constantFrom('Owner', 'Owner', 'View'),
          })
          .map(({ holder: who, ...rest }) => ({ ...rest, ...who })),
        ['container', 'user' as never, 'group' as never],
        7,
      ),
      roles: fc.constant(['Auditor']),
      roleBindings: distinct(
        holder.map((who) => ({ role: 'Auditor', ...who })),
        ['user' as never, 'group' as never],
        2,
      ),
    }) as fc.Arbitrary<SimulatorData>,
    draws: fc.array(fc.nat({ max: 10_000 }), { minLength: 3, maxLength: 12 }),
  });
});
