import { foldCase } from '../model/fold-case.js';
import { ownedKey } from '../model/keys.js';
import { camelKeys } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Plan, ResourceChange } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { importIdOf } from './import-id.js';
import { withImportSettings } from './import-settings.js';

/** An `import` block. */
export interface ImportBlock {
  readonly address: string;
  readonly id: string;
}

/** What of a stack another engine can take over. */
export interface TerraformExport {
  readonly imports: readonly ImportBlock[];
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
export function exportToTerraform(plan: Plan, owned: readonly OwnedObject[]): TerraformExport {
  const keys = new Set(owned.map(keyOfOwned));
  const declared = plan.resource_changes.filter(({ change }) => change.after !== null);
  const going = plan.resource_changes.filter(({ change }) => change.after === null);
  const ours = declared.filter((change) => isOurs(change, owned, keys));
  return {
    imports: ours.map((one) => {
      const { kind, id = '', before, desired } = one.delinea;
      const resource = resourceOf(kind);
      const key = resource.authoritativeFor ? { [resource.authoritativeFor.scope]: id } : { ...before, ...desired };
      return {
        address: one.address,
        id: withImportSettings(resource, importIdOf(resource, { id, key }), knownOf(resource, one, owned)),
      };
    }),
    unequal: ours.filter(({ change }) => change.actions[0] !== 'no-op').map(({ address }) => address),
    notOurs: declared.filter((change) => !ours.includes(change)).map(({ address }) => address),
    undeclared: going.map(({ address, delinea }) => `${delinea.label} (${address})`),
  };
}

/** What the tenant cannot tell the other engine: settings, the key that code gave, the consent that was used. */
function knownOf(
  { attributes, correlation }: Resource,
  { change, delinea }: ResourceChange,
  owned: readonly OwnedObject[],
): Values {
  const declared = camelKeys(change.after ?? {});
  const settings = pick(
    declared,
    attributes.filter(({ setting }) => setting).map(({ name }) => name),
  );
  const known = correlation === undefined ? settings : { ...settings, [correlation]: delinea.correlation };
  if (!attributes.some(({ name }) => name === 'reactivate')) return known;
  const used = owned.find(({ kind, id }) => kind === delinea.kind && id === delinea.id)?.reactivated;
  // A consent that is still to be used is not there yet: the other engine uses it.
  return { ...known, reactivate: delinea.operation === 'reactivate' ? used : (settings.reactivate ?? used) };
}

function isOurs(
  { delinea: { kind, id, operation, before, desired } }: ResourceChange,
  owned: readonly OwnedObject[],
  keys: ReadonlySet<string>,
): boolean {
  if (id === undefined || operation === 'create') return false;
  const { authoritativeFor, ...resource } = resourceOf(kind);
  if (!authoritativeFor) return keys.has(ownedKey(resource, id, { ...before, ...desired }));
  // A ledger has edges: of a set that is to be empty, and is, it can have nothing.
  const empty =
    operation === 'none' && (desired[authoritativeFor.elements] as readonly Values[] | undefined)?.length === 0;
  return (
    empty ||
    owned.some(
      (edge) => edge.kind === authoritativeFor.edge && foldCase(edge.key[authoritativeFor.scope]) === foldCase(id),
    )
  );
}
