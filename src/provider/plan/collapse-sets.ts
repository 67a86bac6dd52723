import { isReference } from '../model/declaration.js';
import { foldCase } from '../model/fold-case.js';
import { snakeCase, snakeKeys } from '../model/names.js';
import { ACTION_OF, addressFields, type Operation, type ResourceChange, type Step } from '../model/plan.js';
import { pick, type Values } from '../model/values.js';
import { labelOf } from '../resources/keys.js';
import { inScope, isIgnored, setResourceAt } from './authoritative-sets.js';
import type { AuthoritativeSet, PlanContext } from './plan-context.js';

/** The changes to the edges of one address in one place. */
interface Group {
  readonly address: string;
  /** Unset: the set is declared no more, or in another place. */
  readonly match?: AuthoritativeSet;
  readonly place: unknown;
  readonly replaced: boolean;
  readonly changes: ResourceChange[];
}

/** Makes one change of the changes to the edges of each set, whose steps they stay. */
export function collapseSets(planning: PlanContext): void {
  const sets = new Map(planning.sets.map((match) => [match.declaration.address, match]));
  const groups = new Map<string, Group>();
  const others: ResourceChange[] = [];
  const groupOf = (address: string, scope: string, at?: unknown): Group => {
    const match = sets.get(address);
    const here = match && (at === undefined || foldCase(at) === foldCase(match.resolved?.[scope]));
    const place = here ? match.resolved?.[scope] : at;
    const key = here ? address : keyOf(address, place);
    const group = groups.get(key) ?? {
      address,
      place,
      replaced: match !== undefined && !here,
      changes: [],
      ...(here ? { match } : {}),
    };
    groups.set(key, group);
    return group;
  };
  for (const { declaration, of, error } of planning.sets) if (!error) groupOf(declaration.address, of.scope);
  for (const change of planning.changes) {
    const partOf = planning.matches.get(change.address)?.declaration.setAddress;
    const resource = setResourceAt(partOf ?? change.address);
    if (!resource) others.push(change);
    else if (partOf !== undefined) groupOf(partOf, resource.authoritativeFor.scope).changes.push(change);
    else
      groupOf(
        change.address,
        resource.authoritativeFor.scope,
        change.delinea.before[resource.authoritativeFor.scope],
      ).changes.push(change);
  }
  planning.changes.splice(
    0,
    planning.changes.length,
    ...others,
    ...[...groups.values()].map((of) => collapse(planning, of)),
  );
}

function keyOf(address: string, place: unknown): string {
  return `${address}#${place}`;
}

/** In the order of the code, and then by name: two plans of one tenant are the same plan. */
function sorted(changes: readonly ResourceChange[], inCode: readonly string[] = []): Step[] {
  const order = new Map(inCode.map((address, index) => [address, index]));
  const rank = ({ address }: ResourceChange) => order.get(address) ?? inCode.length;
  return [...changes]
    .sort((left, right) => rank(left) - rank(right) || left.delinea.key.localeCompare(right.delinea.key))
    .map(({ delinea }) => delinea);
}

function collapse(planning: PlanContext, { address, match, place, replaced, changes }: Group): ResourceChange {
  const resource = setResourceAt(address)!;
  const { scope, elements } = resource.authoritativeFor;
  const edgeSteps = sorted(changes, match?.parts);
  const was = edgeSteps.filter(({ operation, id }) => operation !== 'create' && id !== undefined);
  const stays = edgeSteps.filter(({ operation }) => !['revoke', 'forget'].includes(operation));
  const operation = match
    ? operationOf(edgeSteps, was.length > 0 || isOurs(planning, address, match))
    : goingOf(edgeSteps);
  const fields = resource.attributes.find(({ name }) => name === elements)!.fields.map(({ name }) => name);
  const held = was.map(({ before, desired }) => pick({ ...desired, ...before }, fields));
  const wanted = stays.map(({ before, desired }) => pick({ ...before, ...desired }, fields));
  // What is ignored is neither said to be nor not to be there.
  const listed = (list: readonly Values[]) =>
    match && isIgnored(match.declaration, elements) ? {} : { [elements]: list };
  const written = match?.declaration.values[scope];
  const shown = typeof written === 'string' ? written : (planning.translator.nameOf(String(place)) ?? place);
  const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
  const label = labelOf(
    resource.type,
    { [scope]: place },
    (_, value) => planning.translator.nameOf(String(value)) ?? String(value),
  );
  const step: Step = {
    key: match ? address : keyOf(address, place),
    kind: resource.type,
    surface: planning.tenant.home(resource.type).name,
    operation,
    label,
    id: String(place),
    desired: match ? { [scope]: place, ...listed(wanted) } : {},
    before: { [scope]: place, ...listed(held) },
    changed: ACTION_OF[operation] === 'update' ? [elements] : [],
    after: [],
    edgeSteps,
  };
  const after = {
    id: place,
    ...pick(match?.declaration.values ?? {}, settings),
    [scope]: shown,
    ...listed(wanted.map(withoutReferences)),
  };
  const unknown = wanted.map(referencesOf);
  return {
    ...addressFields(address, resource.type),
    // Terraform's word for a second object at one address.
    ...(replaced ? { deposed: String(place) } : {}),
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
              ...listed(held),
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

function operationOf(edgeSteps: readonly Step[], exists: boolean): Operation {
  const doing = new Set(edgeSteps.map(({ operation }) => operation));
  if (['create', 'replace', 'update', 'revoke'].some((operation) => doing.has(operation as Operation)))
    return exists ? 'update' : 'create';
  if (doing.has('adopt')) return 'adopt';
  return doing.has('record') || doing.has('forget') ? 'record' : 'none';
}

/** Whether the ledger holds edges of the set in the place where it is declared now. */
function isOurs({ ownedById }: PlanContext, address: string, { of, resolved }: AuthoritativeSet): boolean {
  return [...ownedById.values()].some((entry) => entry.address === address && inScope(resolved, of.scope, entry.key));
}

/** Of a set that is declared no more. */
function goingOf(edgeSteps: readonly Step[]): Operation {
  return edgeSteps.every(({ operation }) => operation === 'forget') ? 'forget' : 'revoke';
}

function withoutReferences(element: Values): Values {
  return Object.fromEntries(Object.entries(element).map(([name, value]) => [name, isReference(value) ? null : value]));
}

function referencesOf(element: Values): Record<string, true> {
  return Object.fromEntries(
    Object.entries(element).flatMap(([name, value]) => (isReference(value) ? [[snakeCase(name), true as const]] : [])),
  );
}
