import type { Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { OwnedObject } from './declaration.js';
import { foldCase } from './diff.js';
import type { Plan, ResourceChange } from './format.js';
import { importIdOf } from './import-id.js';
import { ownedKey } from './planning.js';

/** An `import` block. */
export interface Import {
  readonly address: string;
  readonly id: string;
}

/** What of a stack another engine can take over. */
export interface HandOver {
  readonly imports: readonly Import[];
  /** Declared and ours, but otherwise in the tenant: the other engine will want to change them too. */
  readonly unequal: readonly string[];
  /** Declared, and not ours or not there: the other engine will create them, or refuse to. */
  readonly notOurs: readonly string[];
  /** Ours, and declared no more: `label (address)`. The other engine will not know of them. */
  readonly undeclared: readonly string[];
}

/**
 * Which live object each declaration means, for those that are ours. By a plan rather than by the ledger's addresses,
 * which may be those of before a move, and of objects that are gone.
 * @param plan of the whole stack, without errors
 */
export function handOver(plan: Plan, owned: readonly OwnedObject[]): HandOver {
  const keys = new Set(owned.map(({ kind, id, key }) => ownedKey(resourceOf(kind), id, key)));
  const declared = plan.resource_changes.filter(({ change }) => change.after !== null);
  const going = plan.resource_changes.filter(({ change }) => change.after === null);
  const ours = declared.filter((change) => isOurs(change, owned, keys));
  return {
    imports: ours.map(({ address, delinea: { kind, id = '', before, desired } }) => {
      const resource = resourceOf(kind);
      const key = resource.setOf ? { [resource.setOf.scope]: id } : { ...before, ...desired };
      return { address, id: importIdOf(resource, { id, key }) };
    }),
    unequal: ours.filter(({ change }) => change.actions[0] !== 'no-op').map(({ address }) => address),
    notOurs: declared.filter((change) => !ours.includes(change)).map(({ address }) => address),
    undeclared: going.map(({ address, delinea }) => `${delinea.label} (${address})`),
  };
}

function isOurs(
  { delinea: { kind, id, operation, before, desired } }: ResourceChange,
  owned: readonly OwnedObject[],
  keys: ReadonlySet<string>,
): boolean {
  if (id === undefined || operation === 'create') return false;
  const { setOf, ...resource } = resourceOf(kind);
  if (!setOf) return keys.has(ownedKey(resource, id, { ...before, ...desired }));
  // A ledger has edges: of a set that is to be empty, and is, it can have nothing.
  const empty = operation === 'none' && (desired[setOf.elements] as readonly Values[] | undefined)?.length === 0;
  return empty || owned.some((edge) => edge.kind === setOf.kind && foldCase(edge.key[setOf.scope]) === foldCase(id));
}
