import { kindOf, PROVIDER_ADDRESS, snakeCase, snakeKeys, terraformType } from '../names.js';
import type { Resource, Values } from '../resource.js';
import { resources } from '../resources/index.js';
import { isReference } from './declaration.js';
import { ACTION_OF, type Operation, type ResourceChange, type Step } from './format.js';
import { labelOf, type Planning } from './planning.js';
import type { EdgeSet } from './sets.js';

/** Makes one change of the changes to the edges of each set, whose steps they stay. */
export function foldSets(planning: Planning): void {
  const groups = new Map<string, ResourceChange[]>();
  for (const { declaration, error } of planning.sets) if (!error) groups.set(declaration.address, []);
  const others: ResourceChange[] = [];
  for (const change of planning.changes) {
    const address = planning.matches.get(change.address)?.declaration.partOf ?? change.address;
    if (!setAt(address)) others.push(change);
    else groups.set(address, [...(groups.get(address) ?? []), change]);
  }
  const sets = new Map(planning.sets.map((match) => [match.declaration.address, match]));
  const folded = [...groups].map(([address, changes]) => fold(planning, address, sets.get(address), changes));
  planning.changes.splice(0, planning.changes.length, ...others, ...folded);
}

/** The kind of set that an address belongs to. */
function setAt(address: string): (Resource & { readonly setOf: NonNullable<Resource['setOf']> }) | undefined {
  const kind = kindOf(address.slice(0, address.indexOf('.')));
  const found = resources.find(({ type }) => type === kind);
  return found?.setOf ? { ...found, setOf: found.setOf } : undefined;
}

function fold(
  planning: Planning,
  address: string,
  match: EdgeSet | undefined,
  changes: readonly ResourceChange[],
): ResourceChange {
  const resource = setAt(address)!;
  const { scope, elements } = resource.setOf;
  const parts = changes.map(({ delinea }) => delinea);
  const place = match?.resolved?.[scope] ?? parts[0]?.before[scope];
  const was = parts.filter(({ operation, id }) => operation !== 'create' && id !== undefined);
  const stays = parts.filter(({ operation }) => !['revoke', 'forget'].includes(operation));
  const operation = match ? operationOf(planning, address, parts, was.length > 0) : goingOf(parts);
  const fields = resource.attributes.find(({ name }) => name === elements)!.fields.map(({ name }) => name);
  const held = was.map(({ before, desired }) => pick({ ...desired, ...before }, fields));
  const wanted = stays.map(({ before, desired }) => pick({ ...before, ...desired }, fields));
  const written = match?.declaration.values[scope];
  const shown = typeof written === 'string' ? written : (planning.identity.nameOf(String(place)) ?? place);
  const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
  const label = labelOf(
    resource.type,
    { [scope]: place },
    (_, value) => planning.identity.nameOf(String(value)) ?? String(value),
  );
  const step: Step = {
    key: match ? address : `${address}#${place}`,
    kind: resource.type,
    surface: planning.tenant.home(resource.type).name,
    operation,
    label,
    id: String(place),
    desired: match ? { [scope]: place, [elements]: wanted } : {},
    before: { [scope]: place, [elements]: held },
    changed: operation === 'none' || !match ? [] : [elements],
    after: [],
    parts,
  };
  const after = {
    id: place,
    ...pick(match?.declaration.values ?? {}, settings),
    [scope]: shown,
    [elements]: wanted.map(withoutReferences),
  };
  const unknown = wanted.map(referencesOf);
  return {
    address,
    mode: 'managed',
    type: terraformType(resource.type),
    name: address.split('.').slice(1).join('.'),
    provider_name: PROVIDER_ADDRESS,
    ...(match ? {} : { action_reason: 'delete_because_no_resource_config' }),
    change: {
      actions: [ACTION_OF[operation]],
      before:
        operation === 'create'
          ? null
          : snakeKeys({
              ...(ACTION_OF[operation] === 'no-op' ? after : {}),
              id: place,
              [scope]: shown,
              [elements]: held,
            }),
      after: match ? snakeKeys(after) : null,
      after_unknown:
        match && unknown.some((element) => Object.keys(element).length > 0) ? { [snakeCase(elements)]: unknown } : {},
      before_sensitive: operation === 'create' ? false : {},
      after_sensitive: match ? {} : false,
    },
    delinea: step,
  };
}

function operationOf(planning: Planning, address: string, parts: readonly Step[], live: boolean): Operation {
  const doing = new Set(parts.map(({ operation }) => operation));
  const owned = (planning.input.owned ?? []).some((entry) => entry.address === address);
  if (['create', 'regrant', 'update', 'revoke'].some((operation) => doing.has(operation as Operation)))
    return owned || live ? 'update' : 'create';
  if (doing.has('take over')) return 'take over';
  return doing.has('record') || doing.has('forget') ? 'record' : 'none';
}

/** Of a set that is declared no more. */
function goingOf(parts: readonly Step[]): Operation {
  return parts.every(({ operation }) => operation === 'forget') ? 'forget' : 'revoke';
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

function withoutReferences(element: Values): Values {
  return Object.fromEntries(Object.entries(element).map(([name, value]) => [name, isReference(value) ? null : value]));
}

function referencesOf(element: Values): Record<string, true> {
  return Object.fromEntries(
    Object.entries(element).flatMap(([name, value]) => (isReference(value) ? [[snakeCase(name), true as const]] : [])),
  );
}
