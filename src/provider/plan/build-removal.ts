import type { OwnedObject } from '../model/owned-object.js';
import type { Operation, ResourceChange } from '../model/plan.js';
import type { Values } from '../model/values.js';
import type { LiveEdge } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { buildEntry } from './build-entry.js';
import { labelIn } from './label.js';
import type { PlanContext } from './plan-context.js';

/**
 * Builds the plan entry that removes or forgets an owned object.
 * @param found the live object; unset if it is already deleted
 * @param key the correlation key that allows the removal: apply refuses the step if the key has changed since
 * @param settings the declared settings that go with the request
 */
export function buildRemoval(
  context: PlanContext,
  owned: OwnedObject,
  found: LiveEdge | undefined,
  operation: Operation,
  key: Values = {},
  settings: Values = {},
): ResourceChange {
  const { address, kind } = owned;
  const resource = resourceOf(kind);
  const { removal } = resource;
  const id = found?.live.id ?? owned.id;
  const touched = removal?.verb === 'deactivate' ? removal.inactive : (found?.values ?? {});
  const shown = [...new Set([...resource.key, ...Object.keys(touched), ...Object.keys(key)])];
  const values: Values = { ...(found?.values ?? owned.key), ...key };
  const before = Object.fromEntries(
    shown.map((name) => [name, values[name]]).filter(([, value]) => value !== undefined && value !== null),
  );
  const named = Object.entries(before).map(([name, value]) => [name, asName(context, kind, name, value)]);
  const replaced = context.matches.get(address);
  return buildEntry(
    address,
    {
      key: `${address}#${owned.id}`,
      kind,
      surface: context.tenant.home(kind).name,
      operation,
      label: labelIn(context, kind, { ...owned.key, ...found?.values }),
      id,
      before,
      desired: settings,
    },
    { before: { id, ...Object.fromEntries(named) }, after: null },
    // Terraform's term for an object that another object replaces at the same address.
    replaced && !replaced.declaration.lookup ? { deposed: owned.id } : {},
  );
}

/** Returns a container by its name; users and groups keep their ids, as in Terraform's plans. */
function asName({ translator }: PlanContext, kind: string, name: string, value: unknown): unknown {
  const refersTo = resourceOf(kind).attributes.find((candidate) => candidate.name === name)?.refersTo ?? [];
  const isNamed = refersTo.some((of) => resourceOf(of).namedBy && !resourceOf(of).referredBy);
  return isNamed ? (translator.nameOf(refersTo, String(value)) ?? value) : value;
}
