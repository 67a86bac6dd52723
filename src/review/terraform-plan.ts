import * as z from 'zod';
import {
  attributeOf,
  camelKeys,
  DelineaError,
  findScope,
  kindOf,
  labelOf,
  type ObjectNames,
  type Operation,
  type Resource,
  resourceOf,
  resources,
  type Step,
  snakeCase,
  type TenantAccess,
  type Values,
} from '../provider/index.js';
import type { ReviewedPlan } from './reviewed-plan.js';
import { referenceFinder, terraformConfiguration } from './terraform-references.js';

const object = z.record(z.string(), z.unknown());

const resourceChange = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  change: z.looseObject({
    actions: z.array(z.string()),
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
      hint: 'Pass a plan of delinea-iac, or the output of terraform show -json.',
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
    notes: [],
    unknown: reader.unknown,
  };
}

/** Converts resource changes to steps. */
class ChangeReader {
  readonly unknown: string[] = [];
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
    this.find = referenceFinder(
      configuration,
      changes.map(({ address }) => address),
      deferred,
    );
    for (const { address, type, change } of changes) {
      const resource = resourceOf(kindOf(type)!);
      const id = [change.after?.id, change.before?.id].find((value) => typeof value === 'string') as string | undefined;
      this.ids.set(address, id ?? address);
      if (resource.edge || resource.authoritativeFor) continue;
      const values = camelKeys(change.before ?? change.after ?? {});
      this.name(resource.type, id ?? address, labelOf(resource.type, values, String));
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
    const { authoritativeFor } = resource;
    if (authoritativeFor) return this.stepsOfSet(address, resource, before, after);
    const step = (operation: Operation): Step => this.step(address, resource, operation, before, after);
    switch (change.actions.join()) {
      case 'create':
        return [step('create')];
      case 'update':
        return [step(resource.edge ? 'replace' : 'update')];
      case 'delete':
        return [step(removalOf(resource, before))];
      case 'delete,create':
      case 'create,delete': {
        // The code keeps the address, so what it creates is another object.
        const created = { ...step('create'), id: undefined, before: {} };
        return [{ ...step(removalOf(resource, before)), key: `${address}#replaced` }, created];
      }
      default:
        return [step('none')];
    }
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
  private stepsOfSet(address: string, set: Resource, before: Values, after: Values): Step[] {
    const { edge: kind, scope, elements } = set.authoritativeFor!;
    const edge = resourceOf(kind);
    const edgesIn = (values: Values) => {
      const list = (values[elements] ?? []) as readonly Values[];
      return new Map(
        list.map((element) => {
          const { type, id } = edge.edge!.principal;
          const ends = { [scope]: values[scope] ?? before[scope], ...element };
          return [JSON.stringify([ends[type], ends[id]]), ends];
        }),
      );
    };
    const [old, now] = [edgesIn(before), edgesIn(after)];
    return [...new Set([...old.keys(), ...now.keys()])].map((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      const operation = !was
        ? 'create'
        : !is
          ? 'revoke'
          : JSON.stringify(was) === JSON.stringify(is)
            ? 'none'
            : 'replace';
      return {
        ...this.step(`${address}#${key}`, edge, operation, was ?? {}, is ?? {}),
        id: was ? `${address}#${key}` : undefined,
      };
    });
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
      const isElements = name === resource.authoritativeFor?.elements;
      if (computed || !isUnknown(state) || (refersTo.length === 0 && !isElements)) continue;
      const found = this.find(address, snakeCase(name));
      if (!found) continue;
      const { addresses, isExact } = found;
      const ids = addresses.map((other) => this.ids.get(other)!);
      if (isElements) resolved[name] = this.elements(address, after[name], ids, isExact);
      else if (type === 'strings') {
        const given = ((after[name] ?? []) as readonly unknown[]).filter((item) => typeof item === 'string');
        resolved[name] = [...new Set([...given, ...ids])];
        if (!isExact) this.unknown.push(`${address}.${snakeCase(name)}`);
      } else if (isExact && ids.length === 1) resolved[name] = ids[0];
      else this.unknown.push(`${address}.${snakeCase(name)}`);
    }
    return resolved;
  }

  /** Fills in the principals of a set's elements, if only one is unknown or each has a reference of its own. */
  private elements(address: string, list: unknown, ids: readonly string[], isExact: boolean): readonly Values[] {
    const elements = (list ?? []) as readonly Values[];
    const { principal } = resourceOf('container-permission').edge!;
    const open = elements.filter((element) => element[principal.id] === undefined);
    const known = new Set(elements.map((element) => element[principal.id]));
    const left = ids.filter((id) => !known.has(id));
    const alike = new Set(open.map((element) => JSON.stringify(element))).size <= 1;
    if (!isExact || left.length !== open.length || !alike || elements.length === 0) {
      this.unknown.push(`${address}: ${Math.max(open.length, left.length)} elements`);
      return elements.filter((element) => element[principal.id] !== undefined);
    }
    return elements.map((element) =>
      element[principal.id] === undefined ? { ...element, [principal.id]: left[open.indexOf(element)] } : element,
    );
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
