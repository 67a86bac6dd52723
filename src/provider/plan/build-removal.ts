import { objectKey } from '../model/keys.js';
import { snakeKeys } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import { ACTION_OF, addressFields, type Operation, type ResourceChange } from '../model/plan.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { labelOf } from '../resources/keys.js';
import type { PlanContext } from './plan-context.js';

/** The entry of the plan by which something goes. @param key an attribute beside those shown that must not have changed until then */
export function buildRemoval(
  planning: PlanContext,
  owned: OwnedObject,
  found: { live: RemoteObject; values: Values } | undefined,
  operation: Operation,
  key: Values = {},
): ResourceChange {
  const { address } = owned;
  const resource = resourceOf(owned.kind);
  const replaced = planning.matches.get(address);
  const shown = [
    ...new Set([
      ...resource.key,
      ...(resource.removal?.verb === 'deactivate'
        ? Object.keys(resource.removal.inactive)
        : Object.keys(found?.values ?? {})),
      ...Object.keys(key),
    ]),
  ];
  const before = Object.fromEntries(
    shown
      .map((name) => [name, { ...(found?.values ?? owned.key), ...key }[name]])
      .filter(([, value]) => value !== undefined && value !== null),
  ) as Values;
  const named = Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name, readable(planning, owned.kind, name, value)]),
  );
  return {
    ...addressFields(address, owned.kind),
    // Terraform's word for a second object at one address.
    ...(replaced && !replaced.declaration.lookup ? { deposed: owned.id } : {}),
    action_reason: 'delete_because_no_resource_config',
    change: {
      actions: [ACTION_OF[operation]],
      before: snakeKeys({ id: found?.live.id ?? owned.id, ...named }),
      after: null,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: false,
    },
    delinea: {
      key: `${address}#${owned.id}`,
      kind: owned.kind,
      surface: planning.tenant.home(owned.kind).name,
      operation,
      label: labelOf(owned.kind, { ...owned.key, ...found?.values }, (name, value) =>
        nameOrId(planning, owned.kind, name, value),
      ),
      id: found?.live.id ?? owned.id,
      desired: {},
      before,
      changed: [],
      after: [],
    },
  };
}

export interface Found {
  readonly live: RemoteObject;
  readonly values: Values;
}

/** Containers are shown by name; ids of users and groups stay, as in Terraform's plans. */
function readable(planning: PlanContext, kind: string, name: string, value: unknown): unknown {
  const attribute = resourceOf(kind).attributes.find((candidate) => candidate.name === name);
  const named = attribute?.refersTo.some((of) => resourceOf(of).namedBy && !resourceOf(of).referredBy);
  return named ? (planning.translator.nameOf(String(value)) ?? value) : value;
}

/** A part of a label: of what is gone from the tenant, the ledger still knows the name. */
export function nameOrId(planning: PlanContext, kind: string, name: string, value: unknown): string {
  if (value === undefined) return name;
  const id = String(value);
  const known = planning.translator.nameOf(id);
  if (known !== undefined) return known;
  const refersTo = resourceOf(kind).attributes.find((attribute) => attribute.name === name)?.refersTo ?? [];
  const names = refersTo.map((of) => planning.ownedById.get(objectKey(of, id))?.key[resourceOf(of).key[0]!]);
  return String(names.find((found) => found !== undefined) ?? id);
}
