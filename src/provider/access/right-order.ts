import { accessKinds, rightAttributes, scopeKind } from '../resources/edge-words.js';
import { HOLDER, rightText } from './effective-access.js';

/** The rights of one attribute between which an order is known. */
interface Order {
  readonly least: string | undefined;
  readonly most: string | undefined;
}

/** The order of each right that a definition lists, by its text. The order between the least and the most is not documented. */
const orders = new Map<string, Order>(
  accessKinds().flatMap((resource) =>
    rightAttributes(resource).flatMap(({ name, allowed = [], least, most }, index) => {
      const textOf = (value: string) => rightText(name, value, index);
      const order = { least: least && textOf(least), most: most && textOf(most) };
      return allowed.map((value) => [textOf(value), order] as const);
    }),
  ),
);

/** The rights that a scope of each kind can give: those of its permissions, or that of a role. */
const byScopeKind = new Map<string, readonly string[]>(
  accessKinds().map((resource) => {
    const rights = rightAttributes(resource).flatMap(({ name, allowed = [] }, index) =>
      allowed.map((value) => rightText(name, value, index)),
    );
    return [scopeKind(resource), rights.length > 0 ? rights : [HOLDER]];
  }),
);

/** The rights of all definitions, as text. */
export const knownRights: readonly string[] = [...byScopeKind.values()].flat();

/** Returns the rights that a container or role can give, as text. @param kind the kind of the scope */
export function rightsOn(kind: string): readonly string[] {
  return byScopeKind.get(kind) ?? [];
}

/** Returns 0 for a right that includes all others, 2 for one that all others include, 1 for the rest. */
export function rightRank(right: string): number {
  const order = orders.get(right);
  if (!order) return 1;
  return right === order.most ? 0 : right === order.least ? 2 : 1;
}

/** Returns whether some rights include another. A right that is not listed includes only itself. */
export function includesRight(rights: ReadonlySet<string>, right: string): boolean {
  if (rights.has(right)) return true;
  const order = orders.get(right);
  if (!order) return false;
  if (order.most !== undefined && rights.has(order.most)) return true;
  return right === order.least && [...rights].some((other) => orders.get(other) === order);
}

/** Returns whether a right is an ownership or a role: one that gives power over the access of others. */
export function isPrivileged(right: string): boolean {
  return right === HOLDER || rightRank(right) === 0;
}
