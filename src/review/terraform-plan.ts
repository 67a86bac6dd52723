import * as z from 'zod';
import {
  attributeOf,
  camelKeys,
  DelineaError,
  type EdgeResource,
  edgeResourceOf,
  findScope,
  kindOf,
  labelOf,
  type ObjectNames,
  type Operation,
  type Resource,
  resourceOf,
  resources,
  rightAttributes,
  type Step,
  scopeOf,
  snakeCase,
  type TenantAccess,
  type Values,
} from '../provider/index.js';
import { count } from './attributes.js';
import type { ReviewedPlan } from './reviewed-plan.js';
import { type AttributeReferences, referenceFinder, terraformConfiguration } from './terraform-references.js';

const object = z.record(z.string(), z.unknown());

const resourceChange = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  /** Set for the rest of a replaced object, which has the address of the new one. */
  deposed: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.enum(['no-op', 'read', 'create', 'update', 'delete', 'forget'])),
    before: object.nullable(),
    after: object.nullable(),
    after_unknown: z.unknown(),
  }),
});

/** The parts of `terraform show -json <plan>` that a review needs. */
const terraformPlan = z.looseObject({
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string(),
  timestamp: z.string().optional(),
  resource_changes: z.array(resourceChange).optional(),
  configuration: terraformConfiguration.optional(),
  complete: z.boolean().optional(),
  errored: z.boolean().optional(),
});

const HINT = 'Pass a plan of delinea-iac, or the output of terraform show -json.';
/** A condition or an index in an expression may give another id, and the plan would look the same. */
const BY_REFERENCE =
  'Ids that only the apply makes known are taken from the references in the code. A Terraform plan does not show expressions: read those in the code.';

type Change = z.infer<typeof resourceChange>;

/** A plan of Terraform in the form that a review needs. */
export interface TerraformPlan extends ReviewedPlan {
  readonly timestamp: string;
  readonly names: ObjectNames;
}

/**
 * Reads the output of `terraform show -json <plan>`. Ids that are unknown until apply are resolved through the references in
 * the code; those that cannot be are listed in `unknown`.
 * @param live the access of the tenant, by which names of containers and roles are resolved
 * @throws DelineaError `stale_plan` if it is something else
 */
export function readTerraformPlan(json: unknown, live: TenantAccess | undefined): TerraformPlan {
  const parsed = terraformPlan.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new DelineaError('stale_plan', `the plan cannot be used: ${path.join('.')}: ${message}`, {
      hint: HINT,
    });
  }
  const { resource_changes: all = [], configuration, timestamp = '', complete, errored } = parsed.data;
  const kinds = new Set(resources.map(({ type }) => type));
  const changes = all.filter(({ mode, type }) => mode === 'managed' && kinds.has(kindOf(type) ?? ''));
  const deferred = all.flatMap(({ mode, address }) => (mode === 'data' ? [address] : []));
  const reader = new ChangeReader(changes, configuration, live, deferred);
  const steps = changes.flatMap((change) => reader.stepsOf(change));
  return {
    tenant: live?.tenant ?? 'the tenant of the Terraform configuration',
    timestamp,
    steps,
    names: reader.names,
    accounts: [],
    complete: complete !== false && errored !== true,
    notes: reader.isByReference ? [BY_REFERENCE] : [],
    unknown: reader.unknown,
  };
}

/** Converts resource changes to steps. */
class ChangeReader {
  readonly unknown: string[] = [];
  /** Whether an id was found by a reference in the code. */
  isByReference = false;
  /** Names by kind and id. */
  private readonly known = new Map<string, Map<string, string>>();
  private readonly find: ReturnType<typeof referenceFinder>;
  /** The id of each object, or its address while it has none. */
  private readonly ids = new Map<string, string>();

  constructor(
    changes: readonly Change[],
    configuration: z.infer<typeof terraformConfiguration> | undefined,
    private readonly live: TenantAccess | undefined,
    deferred: readonly string[],
  ) {
    this.find = referenceFinder(configuration, [...new Set(changes.map(({ address }) => address))], deferred);
    for (const { address, type, change, deposed } of changes) {
      const resource = resourceOf(kindOf(type)!);
      // A replaced object gets another id.
      const values = change.actions.includes('create') ? change.after : (change.after ?? change.before);
      const id = typeof values?.id === 'string' ? values.id : undefined;
      if (deposed === undefined) this.ids.set(address, id ?? address);
      if (resource.edge || resource.authoritativeFor) continue;
      const label = labelOf(resource.type, camelKeys(change.before ?? change.after ?? {}), String);
      for (const each of [change.before?.id, id ?? address])
        if (typeof each === 'string') this.name(resource.type, each, label);
    }
    for (const { kind, id, name } of [...(live?.principals ?? []), ...(live?.scopes ?? [])]) this.name(kind, id, name);
  }

  get names(): ObjectNames {
    const named = (names: ReadonlyMap<string, string>) => [...names].map(([id, name]) => [id, { name }] as const);
    return Object.fromEntries([...this.known].map(([kind, names]) => [kind, Object.fromEntries(named(names))]));
  }

  stepsOf(changed: Change): Step[] {
    const { address, type, change } = changed;
    const resource = resourceOf(kindOf(type)!);
    const before = camelKeys(change.before ?? {});
    const after = change.after ? this.resolved(changed, resource, camelKeys(change.after)) : {};
    if (resource.authoritativeFor) return this.stepsOfSet(changed, resource, before, after);
    const { actions } = change;
    const step = (operation: Operation): Step => this.step(address, resource, operation, before, after);
    // The code keeps the address, so what a replacement creates is another object than the one with the id.
    const other = actions.length > 1 || changed.deposed !== undefined ? { key: `${address}#replaced` } : {};
    const steps = actions.flatMap((action): Step[] => {
      if (action === 'create')
        return this.isKnown(resource, after) ? [{ ...step('create'), id: undefined, before: {} }] : [];
      if (action === 'update') return [step(resource.edge ? 'replace' : 'update')];
      if (action === 'delete') return [{ ...step(removalOf(resource, before)), ...other }];
      return action === 'forget' ? [{ ...step('forget'), ...other }] : [step('none')];
    });
    return actions[0] === 'create' ? steps.reverse() : steps;
  }

  private step(address: string, resource: Resource, operation: Operation, before: Values, after: Values): Step {
    const { id: _, ...desired } = operation === 'create' || operation === 'none' || isUpdate(operation) ? after : {};
    const id = before.id ?? after.id;
    const given = { ...this.withScope(resource, before), ...this.withScope(resource, desired) };
    return {
      key: address,
      kind: resource.type,
      surface: '',
      operation,
      label: labelOf(resource.type, given, (value, kinds) => this.nameOf(kinds, String(value))),
      id: typeof id === 'string' ? id : undefined,
      desired: this.withScope(resource, desired),
      before: this.withScope(resource, before),
      changed: Object.keys(desired).filter((name) => JSON.stringify(desired[name]) !== JSON.stringify(before[name])),
      after: [],
    };
  }

  /** Converts the change of an authoritative set to the steps of its edges. */
  private stepsOfSet({ address, change }: Change, set: Resource, before: Values, after: Values): Step[] {
    const { edge: kind, scope, elements } = set.authoritativeFor!;
    const edge = edgeResourceOf(kind);
    const { type, id } = edge.edge.principal;
    const byEnds = (edges: readonly Values[]) =>
      new Map(edges.map((ends) => [JSON.stringify([ends[scope], ends[type], ends[id]]), ends]));
    const edgesIn = (values: Values) =>
      (typeof values[scope] === 'string' ? (listIn(values[elements]) as readonly Values[]) : []).map((element) =>
        this.withScope(edge, { [scope]: values[scope], ...element }),
      );
    const isCreated = change.actions.includes('create');
    const isKept =
      change.actions.includes('forget') || (before.onRemoval === 'retain' && !change.actions.includes('update'));
    const now = byEnds(edgesIn(after));
    const found =
      isCreated && typeof after[scope] === 'string'
        ? this.liveEdges(edge, this.withScope(edge, { [scope]: after[scope] }))
        : [];
    const old = byEnds([...found, ...edgesIn(before)]);
    const retained = isKept ? byEnds(edgesIn(before)) : new Map<string, Values>();
    return [...new Set([...old.keys(), ...now.keys()])].map((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      const isEqual = JSON.stringify(was) === JSON.stringify(is) || (!is && retained.has(key));
      const operation = isEqual ? 'none' : !was ? 'create' : !is ? 'revoke' : 'replace';
      const step = this.step(`${address}#${key}`, edge, operation, was ?? {}, is ?? {});
      return { ...step, id: was ? `${address}#${key}` : undefined };
    });
  }

  /** Returns the live edges on a scope: a new set revokes those that it does not list. */
  private liveEdges(resource: EdgeResource, scope: Values): Values[] {
    const { principal, scope: name } = resource.edge;
    const { id } = scopeOf(resource, scope[name]);
    const grants = this.live?.grants.filter((grant) => grant.kind === resource.type && grant.scope.id === id) ?? [];
    return grants.map((grant) => ({
      ...scope,
      [principal.type]: grant.principal.kind,
      [principal.id]: grant.principal.id,
      ...grant.rights,
    }));
  }

  /** Returns whether the values of an edge that decide on access are known. Those of other objects are not needed. */
  private isKnown(resource: Resource, values: Values): boolean {
    const { edge } = resource;
    if (!edge) return true;
    const [right] = rightAttributes(resource);
    const needed = [edge.scope, edge.principal.type, edge.principal.id, ...(right ? [right.name] : [])];
    return needed.every((name) => typeof values[name] === 'string');
  }

  /** Replaces the name or path of a container, or of a parent, by its id in the live tenant. */
  private withScope(resource: Resource, values: Values): Values {
    const scope = resource.edge?.scope ?? resource.namedBy?.parent;
    const text = scope === undefined ? undefined : values[scope];
    if (scope === undefined || typeof text !== 'string' || !this.live) return values;
    const [kind] = attributeOf(resource, scope).refersTo;
    const found = findScopeNamed(this.live, kind!, text);
    return found === undefined ? values : { ...values, [scope]: found };
  }

  /** Fills in the ids that are unknown until apply, by the references in the code. */
  private resolved(changed: Change, resource: Resource, after: Values): Values {
    const { address, change } = changed;
    const unknown = (change.after_unknown ?? {}) as Readonly<Record<string, unknown>>;
    const resolved: Record<string, unknown> = { ...after };
    for (const { name, type, refersTo, computed } of resource.attributes) {
      const state = unknown[snakeCase(name)];
      if (computed || !isUnknown(state)) continue;
      // A value that is not in the code is the provider's, such as the status of a new account.
      const found = this.find(address, snakeCase(name));
      if (!found) continue;
      const at = `${address}.${snakeCase(name)}`;
      if (name === resource.authoritativeFor?.elements)
        resolved[name] = this.elements(changed, resource, after[name], found);
      else if (refersTo.length === 0) this.unknown.push(at);
      else if (type === 'strings') {
        const list = listIn(after[name]);
        const given = list.filter((item) => typeof item === 'string');
        const ids = found.addresses.map((other) => this.ids.get(other)!);
        const isWhole = Array.isArray(state) && this.newOnes(found).length === list.length - given.length;
        resolved[name] = [...new Set([...given, ...ids])];
        if (!found.isExact || !isWhole || found.references > list.length) this.unknown.push(at);
      } else {
        const [id, ...others] = this.newOnes(found);
        if (id !== undefined && others.length === 0 && found.isExact && found.references === 1) resolved[name] = id;
        else this.unknown.push(at);
      }
    }
    return resolved;
  }

  /** Returns the references to objects that the apply creates: an unknown id is that of one of them. */
  private newOnes({ addresses }: AttributeReferences): string[] {
    const found = addresses.filter((other) => this.ids.get(other) === other);
    if (found.length > 0) this.isByReference = true;
    return found;
  }

  /** Fills in the principals of a set's elements, if only one is unknown or each has a reference of its own. */
  private elements({ address }: Change, set: Resource, list: unknown, found: AttributeReferences): readonly Values[] {
    const all = listIn(list) as readonly (Values | null)[];
    const elements = all.filter((element) => element !== null);
    const edge = edgeResourceOf(set.authoritativeFor!.edge);
    const { principal, scope } = edge.edge;
    const open = elements.filter((element) => element[principal.id] === undefined);
    const left = this.newOnes(found);
    const alike = new Set(open.map((element) => JSON.stringify(element))).size <= 1;
    const isExact = found.isExact && left.length === open.length && alike && elements.length > 0;
    const filled = elements.map((element) =>
      element[principal.id] === undefined && isExact
        ? { ...element, [principal.id]: left[open.indexOf(element)] }
        : element,
    );
    const known = filled.filter((element) => this.isKnown(edge, { [scope]: '', ...element }));
    const missing = all.length === 0 ? left.length : all.length - known.length;
    if (missing > 0 || all.length === 0) this.unknown.push(`${address}: ${count(missing, 'element')}`);
    return known;
  }

  private nameOf(kinds: readonly string[], id: string): string {
    return kinds.map((kind) => this.known.get(kind)?.get(id)).find((name) => name !== undefined) ?? id;
  }

  /** Records a name unless there is one: the code may rename what the live tenant still shows. */
  private name(kind: string, id: string, name: string): void {
    const names = this.known.get(kind) ?? new Map<string, string>();
    this.known.set(kind, names);
    if (!names.has(id)) names.set(id, name);
  }
}

function isUpdate(operation: Operation): boolean {
  return operation === 'update' || operation === 'replace';
}

/** Returns whether a value, or a part of it, is known only after the apply. */
function isUnknown(state: unknown): boolean {
  if (state === true) return true;
  return typeof state === 'object' && state !== null && Object.values(state).some(isUnknown);
}

/** Returns a list of values; none if it is unset. @throws DelineaError `stale_plan` if it is something else */
function listIn(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new DelineaError('stale_plan', 'the plan cannot be used: a value that must be a list is none', { hint: HINT });
}

/** Returns what the removal of a declaration does to its object. */
function removalOf({ removal }: Resource, { onRemoval }: Values): Operation {
  if (onRemoval === 'retain') return 'forget';
  if (onRemoval === 'delete') return 'delete';
  return removal?.verb === 'deactivate' || removal?.verb === 'revoke' ? removal.verb : 'forget';
}

/** Returns the id of the container or role that a text in code names; undefined if none or several have the name. */
function findScopeNamed(live: TenantAccess, kind: string, text: string): string | undefined {
  const ofKind = { scopes: live.scopes.filter((scope) => scope.kind === kind) };
  if (ofKind.scopes.some(({ id }) => id === text)) return text;
  try {
    return findScope(ofKind, text).id;
  } catch (error) {
    if (error instanceof DelineaError) return undefined;
    throw error;
  }
}
