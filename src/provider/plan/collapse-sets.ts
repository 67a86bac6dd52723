import { isReference } from '../model/declaration.js';
import { foldCase } from '../model/fold-case.js';
import { ACTION_OF, type Operation, type ResourceChange, type Step } from '../model/plan.js';
import { type AuthoritativeList, attributeOf } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import { inScope, isIgnored, setResourceAt } from './authoritative-sets.js';
import { buildEntry } from './build-entry.js';
import { labelIn } from './label.js';
import type { AuthoritativeSet, PlanContext } from './plan-context.js';
import { NO_SETTINGS, operationOfSettings, settingsOfSet } from './recorded-settings.js';

/** The changes to the edges of one address in one scope. */
interface Group {
  readonly address: string;
  /** Unset: the set is no longer declared, or is declared for another scope. */
  readonly match?: AuthoritativeSet | undefined;
  /** Id of the container, or name of the role. */
  readonly scope: unknown;
  /** The address now declares a set for another scope, which replaces this one. */
  readonly replaced: boolean;
  readonly changes: ResourceChange[];
}

/** Collapses the changes to the edges of each authoritative set into one change, which keeps their steps. */
export function collapseSets(context: PlanContext): void {
  const sets = new Map(context.sets.map((match) => [match.declaration.address, match]));
  const groups = new Map<string, Group>();
  const groupAt = (address: string, attribute: string, former?: unknown): Group => {
    const declared = sets.get(address);
    const scope = declared?.resolved?.[attribute];
    const isDeclared = declared && (former === undefined || foldCase(former) === foldCase(scope));
    const group = {
      address,
      match: isDeclared ? declared : undefined,
      scope: isDeclared ? scope : former,
      replaced: declared !== undefined && !isDeclared,
      changes: [],
    };
    const known = groups.get(keyOf(group));
    if (known) return known;
    groups.set(keyOf(group), group);
    return group;
  };
  for (const { declaration, of, error } of context.sets) if (!error) groupAt(declaration.address, of.scope);
  for (const { address, scope } of context.input.sets?.values() ?? []) {
    const set = scope === undefined ? undefined : setResourceAt(address)?.authoritativeFor;
    if (set && !isScopeOf(context, set, scope)) groupAt(address, set.scope, scope);
  }
  const others: ResourceChange[] = [];
  for (const change of context.changes) {
    const setAddress = context.matches.get(change.address)?.declaration.setAddress;
    const set = setResourceAt(setAddress ?? change.address)?.authoritativeFor;
    if (!set) others.push(change);
    else if (setAddress !== undefined) groupAt(setAddress, set.scope).changes.push(change);
    else groupAt(change.address, set.scope, change.delinea.before[set.scope]).changes.push(change);
  }
  context.changes.splice(0, Number.POSITIVE_INFINITY, ...others);
  for (const group of groups.values()) context.changes.push(collapse(context, group));
}

/** Returns whether a declared set has this scope, or has an error, so that its scope may be unknown. */
function isScopeOf({ sets }: PlanContext, { edge, scope }: AuthoritativeList, recorded: unknown): boolean {
  return sets.some(
    ({ of, resolved, error }) => of.edge === edge && (error || inScope(resolved, scope, { [scope]: recorded })),
  );
}

/**
 * Returns the key of the collapsed step: the address of a declared set; for a set that is no longer declared, the
 * address and its scope.
 */
function keyOf({ address, match, scope }: Group): string {
  return match ? address : `${address}#${scope}`;
}

/**
 * Returns the steps of a set in the order of the code, then by key, so that two plans of an unchanged tenant are equal.
 */
function sortedSteps(changes: readonly ResourceChange[], addresses: readonly string[] = []): Step[] {
  const order = new Map(addresses.map((address, index) => [address, index]));
  const rank = ({ address }: ResourceChange) => order.get(address) ?? addresses.length;
  return [...changes]
    .sort((left, right) => rank(left) - rank(right) || left.delinea.key.localeCompare(right.delinea.key))
    .map(({ delinea }) => delinea);
}

function collapse(context: PlanContext, group: Group): ResourceChange {
  const { address, match, scope: id, replaced, changes } = group;
  const resource = setResourceAt(address)!;
  const { scope, elements } = resource.authoritativeFor;
  const edgeSteps = sortedSteps(changes, match?.edgeAddresses);
  const existing = edgeSteps.filter((step) => step.operation !== 'create' && step.id !== undefined);
  const remaining = edgeSteps.filter(({ operation }) => !['revoke', 'forget'].includes(operation));
  const exists = existing.length > 0 || (match !== undefined && hasOwnedEdges(context, match));
  const compared = match ? settingsOfSet(context, match) : NO_SETTINGS;
  const operation = match
    ? operationOf(edgeSteps, exists, operationOfSettings(context, match, compared))
    : removalOf(edgeSteps);
  const action = ACTION_OF[operation];
  const fields = resource.attributes.find(({ name }) => name === elements)!.fields.map(({ name }) => name);
  // Ignored elements appear in neither `before` nor `after`.
  const listed = (list: readonly Values[]) =>
    match && isIgnored(match.declaration, elements) ? {} : { [elements]: list.map((step) => pick(step, fields)) };
  const held = listed(existing.map((step) => ({ ...step.desired, ...step.before })));
  const wanted = listed(remaining.map((step) => ({ ...step.before, ...step.desired })));
  const written = match?.declaration.values[scope];
  const isNew = isReference(id);
  const name = isNew ? id : (context.translator.nameOf(attributeOf(resource, scope).refersTo, String(id)) ?? id);
  const shown = { id, [scope]: typeof written === 'string' ? written : name };
  const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
  const after = match ? { ...pick(match.declaration.values, settings), ...shown, ...wanted } : null;
  return buildEntry(
    address,
    {
      key: keyOf(group),
      kind: resource.type,
      surface: context.tenant.home(resource.type).name,
      operation,
      label: labelIn(context, resource.type, { [scope]: id }),
      id: isNew ? undefined : String(id),
      desired: match ? { [scope]: id, ...wanted } : {},
      before: { [scope]: id, ...held },
      changed: operation === 'update' ? [elements] : [],
      edgeSteps,
      settingChanges: compared.settingChanges,
      settings: compared.settings,
    },
    {
      before:
        operation === 'create' ? null : { ...(action === 'no-op' ? after : compared.shownBefore), ...shown, ...held },
      after,
    },
    // Terraform's term for an object that another object replaces at the same address.
    replaced ? { deposed: String(id) } : {},
  );
}

/** @param otherwise the operation if no edge changes */
function operationOf(edgeSteps: readonly Step[], exists: boolean, otherwise: Operation): Operation {
  const operations = new Set(edgeSteps.map(({ operation }) => operation));
  const writes: readonly Operation[] = ['create', 'replace', 'update', 'revoke'];
  if (writes.some((operation) => operations.has(operation))) return exists ? 'update' : 'create';
  if (operations.has('adopt')) return 'adopt';
  if (otherwise !== 'none') return otherwise;
  return operations.has('record') || operations.has('forget') ? 'record' : 'none';
}

/** Returns whether the ledger has edges of the set in the scope that it declares now. */
function hasOwnedEdges({ ownedById }: PlanContext, { declaration, of, resolved }: AuthoritativeSet): boolean {
  return [...ownedById.values()].some(
    ({ address, key }) => address === declaration.address && inScope(resolved, of.scope, key),
  );
}

/** Returns the operation of a set that is no longer declared. */
function removalOf(edgeSteps: readonly Step[]): Operation {
  return edgeSteps.every(({ operation }) => operation === 'forget') ? 'forget' : 'revoke';
}
