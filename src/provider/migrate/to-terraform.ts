import { foldCase } from '../model/fold-case.js';
import { ownedKey } from '../model/keys.js';
import { camelKeys } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Plan, ResourceChange } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { importIdOf } from './import-id.js';
import { withImportSettings } from './import-settings.js';

/** An `import` block of Terraform. */
export interface ImportBlock {
  readonly address: string;
  readonly id: string;
}

/** The outcome of moving a stack to Terraform. */
export interface TerraformExport {
  readonly imports: readonly ImportBlock[];
  /** Addresses of managed objects that differ from their declaration: Terraform will plan a change for them too. */
  readonly unequal: readonly string[];
  /** Addresses of objects that do not exist or are not managed: Terraform will create them, or refuse to. */
  readonly notManaged: readonly string[];
  /** Managed objects that are no longer declared, as `label (address)`: Terraform will not know them. */
  readonly undeclared: readonly string[];
}

/**
 * Returns an import block for every declared and managed object. Uses a plan instead of the ledger, whose addresses may be
 * older than a move and whose objects may be deleted.
 * @param plan of the full stack, without errors
 */
export function exportToTerraform(plan: Plan, owned: readonly OwnedObject[]): TerraformExport {
  const keys = new Set(owned.map(keyOfOwned));
  const declared = plan.resource_changes.filter(({ change }) => change.after !== null);
  const removed = plan.resource_changes.filter(({ change }) => change.after === null);
  const managed = declared.filter((change) => isManaged(change, owned, keys));
  return {
    imports: managed.map((entry) => {
      const { kind, id = '', before, desired } = entry.delinea;
      const resource = resourceOf(kind);
      const key = resource.authoritativeFor ? { [resource.authoritativeFor.scope]: id } : { ...before, ...desired };
      return {
        address: entry.address,
        id: withImportSettings(resource, importIdOf(resource, { id, key }), settingsOf(resource, entry, owned)),
      };
    }),
    unequal: managed
      .filter(({ change, delinea }) => change.actions[0] !== 'no-op' && delinea.operation !== 'configure')
      .map(({ address }) => address),
    notManaged: declared.filter((change) => !managed.includes(change)).map(({ address }) => address),
    undeclared: removed.map(({ address, delinea }) => `${delinea.label} (${address})`),
  };
}

/** Returns what an import cannot read from the tenant: settings, a key that was set from code, the used consent. */
function settingsOf(
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
  // An unused consent is not exported: Terraform uses it.
  return { ...known, reactivate: delinea.operation === 'reactivate' ? used : (settings.reactivate ?? used) };
}

function isManaged(
  { delinea: { kind, id, operation, before, desired } }: ResourceChange,
  owned: readonly OwnedObject[],
  keys: ReadonlySet<string>,
): boolean {
  if (id === undefined || operation === 'create') return false;
  const { authoritativeFor, ...resource } = resourceOf(kind);
  if (!authoritativeFor) return keys.has(ownedKey(resource, id, { ...before, ...desired }));
  // The ledger has edges, not sets, so it cannot record a set that is empty as declared.
  const empty =
    operation === 'none' && (desired[authoritativeFor.elements] as readonly Values[] | undefined)?.length === 0;
  return (
    empty ||
    owned.some(
      (edge) => edge.kind === authoritativeFor.edge && foldCase(edge.key[authoritativeFor.scope]) === foldCase(id),
    )
  );
}
