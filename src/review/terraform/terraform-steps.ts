import {
  attributeOf,
  camelKeys,
  compareSettings,
  type EdgeResource,
  edgeResourceOf,
  kindOf,
  labelOf,
  type Operation,
  type Resource,
  resourceOf,
  type Step,
  scopeOf,
  type TenantAccess,
  type Values,
} from '../../provider/index.js';
import type { ReviewedStep } from '../access/reviewed-plan.js';
import type { TerraformNames } from './terraform-names.js';
import { listIn, type TerraformChange } from './terraform-schema.js';
import { isKnownEdge, type UnknownValues } from './terraform-unknown.js';

/** Converts the changes of a Terraform plan to steps. */
export class TerraformSteps {
  constructor(
    private readonly names: TerraformNames,
    private readonly unknown: UnknownValues,
    private readonly live: TenantAccess | undefined,
  ) {}

  stepsOf(changed: TerraformChange): ReviewedStep[] {
    return this.stepsIn(changed).map((step) => ({ ...step, address: changed.address }));
  }

  private stepsIn(changed: TerraformChange): Step[] {
    const { address, type, change } = changed;
    const resource = resourceOf(kindOf(type)!);
    const before = camelKeys(change.before ?? {});
    const after = change.after ? this.unknown.resolve(changed, resource, camelKeys(change.after)) : {};
    if (resource.authoritativeFor) return this.stepsOfSet(changed, resource, before, after);
    const { actions } = change;
    const step = (operation: Operation): Step => this.step(address, resource, operation, before, after);
    // The code keeps the address, so what a replacement creates is another object than the one with the id.
    const other = actions.length > 1 || changed.deposed !== undefined ? { key: `${address}#replaced` } : {};
    const steps = actions.flatMap((action): Step[] => {
      if (action === 'create')
        return isKnownEdge(resource, after) ? [{ ...step('create'), id: undefined, before: {} }] : [];
      if (action === 'update') return [step(resource.edge ? 'replace' : 'update')];
      if (action === 'delete') return [{ ...step(removalOf(resource, before)), ...other }];
      return action === 'forget' ? [{ ...step('forget'), ...other }] : [step('none')];
    });
    return actions[0] === 'create' ? steps.reverse() : steps;
  }

  private step(address: string, resource: Resource, operation: Operation, before: Values, after: Values): Step {
    const isKept = operation === 'create' || operation === 'none' || isUpdate(operation);
    const { id: _, ...desired } = isKept ? after : {};
    const id = before.id ?? after.id;
    const settingChanges = isKept ? changedSettings(resource, before, after) : [];
    const given = { ...this.withScope(resource, before), ...this.withScope(resource, desired) };
    return {
      key: address,
      kind: resource.type,
      surface: '',
      operation,
      label: labelOf(resource.type, given, (value, kinds) => this.names.nameOf(kinds, String(value))),
      id: typeof id === 'string' ? id : undefined,
      desired: this.withScope(resource, desired),
      before: this.withScope(resource, before),
      changed: Object.keys(desired).filter((name) => JSON.stringify(desired[name]) !== JSON.stringify(before[name])),
      after: [],
      settingChanges,
    };
  }

  /** Converts the change of an authoritative set to the steps of its edges. */
  private stepsOfSet({ address, change }: TerraformChange, set: Resource, before: Values, after: Values): Step[] {
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
    const settings = after[scope] === undefined ? [] : changedSettings(set, before, after);
    if (old.size + now.size === 0 && settings.length > 0)
      return [{ ...this.step(address, set, 'configure', before, {}), settingChanges: settings }];
    return [...new Set([...old.keys(), ...now.keys()])].map((key, index) => {
      const [was, is] = [old.get(key), now.get(key)];
      const isEqual = JSON.stringify(was) === JSON.stringify(is) || (!is && retained.has(key));
      const operation = isEqual ? 'none' : !was ? 'create' : !is ? 'revoke' : 'replace';
      const step = this.step(`${address}#${key}`, edge, operation, was ?? {}, is ?? {});
      // The settings are those of the set, and listed once.
      return { ...step, id: was ? `${address}#${key}` : undefined, settingChanges: index === 0 ? settings : [] };
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

  /** Replaces the name or path of a container, or of a parent, by its id in the live tenant. */
  private withScope(resource: Resource, values: Values): Values {
    const scope = resource.edge?.scope ?? resource.namedBy?.parent;
    const text = scope === undefined ? undefined : values[scope];
    if (scope === undefined || typeof text !== 'string') return values;
    const [kind] = attributeOf(resource, scope).refersTo;
    const found = this.names.scopeNamed(kind!, text);
    return found === undefined ? values : { ...values, [scope]: found };
  }
}

/** Returns the settings in code that decide what a later apply may do, such as `on_removal`, and that change. */
function changedSettings(resource: Resource, before: Values, after: Values) {
  return compareSettings(resource, Object.keys(before).length === 0 ? undefined : before, after);
}

function isUpdate(operation: Operation): boolean {
  return operation === 'update' || operation === 'replace';
}

/** Returns what the removal of a declaration does to its object. */
function removalOf({ removal }: Resource, { onRemoval }: Values): Operation {
  if (onRemoval === 'retain') return 'forget';
  if (onRemoval === 'delete') return 'delete';
  return removal?.verb === 'deactivate' || removal?.verb === 'revoke' ? removal.verb : 'forget';
}
