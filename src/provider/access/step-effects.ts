import { isReference } from '../model/declaration.js';
import { isInactive } from '../model/diff.js';
import { isEdge, objectKey } from '../model/keys.js';
import { type Step, WITHOUT_WRITE } from '../model/plan.js';
import { endsKey, principalKey } from '../model/principal.js';
import type { Values } from '../model/values.js';
import { isMembership, memberKinds, memberLists, principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { type AccessObject, type Grant, grantOf, scopeOf } from './tenant-access.js';

/** Returns the kind of a member that a list shows by id; undefined: there is no such object. */
export type KindOf = (kinds: readonly string[], id: string) => string | undefined;

/** A step on an edge, with the edge as it leaves it. */
interface EdgeStep<T> {
  readonly step: Step;
  readonly edge: T;
}

/**
 * The effects of the steps of a plan on accounts, members and grants. Each method is about one object or list, so that it
 * can be called before all of the tenant is read. An object that a step creates has the address of its declaration as id.
 */
export class StepEffects {
  private readonly written: readonly Step[];
  /** Steps on accounts, groups and scopes, by the object's key. */
  private readonly byObject: ReadonlyMap<string, Step>;
  /** Steps that add or remove single members, by the group's key. */
  private readonly memberships = new Map<string, EdgeStep<AccessObject>[]>();
  /** Steps on grants by their ends: outside of code, a principal may get two permissions on one container. */
  private readonly grantSteps = new Map<string, EdgeStep<Grant>[]>();
  private readonly createdKind: ReadonlyMap<string, string>;

  constructor(
    steps: readonly Step[],
    private readonly lookUp: KindOf,
  ) {
    this.written = steps.filter(({ operation }) => !WITHOUT_WRITE.has(operation));
    const objects = this.written.filter(({ kind }) => !isEdge(resourceOf(kind)));
    this.byObject = new Map(objects.map((step) => [objectKey(step.kind, idOf(step)), step]));
    const created = objects.filter(({ operation, id }) => operation === 'create' && id === undefined);
    this.createdKind = new Map(created.map(({ key, kind }) => [key, kind]));
    for (const step of this.written) {
      const resource = resourceOf(step.kind);
      if (!isEdge(resource)) continue;
      const values = withIds({ ...step.before, ...step.desired });
      const principal = principalOf(step.kind, values);
      if (!principal) continue;
      const scope = principalKey(scopeOf(resource, values[resource.edge.scope]));
      if (isMembership(resource)) addTo(this.memberships, scope, { step, edge: principal });
      else {
        const edge = grantOf(resource, idOf(step), values)!;
        addTo(this.grantSteps, keyOfGrant(edge), { step, edge });
      }
    }
  }

  /** Steps on accounts, groups and scopes. */
  objects(): readonly Step[] {
    return [...this.byObject.values()];
  }

  /** Returns the scopes of which grants change, by key. */
  changedScopes(): ReadonlySet<string> {
    return new Set([...this.grantSteps.values()].flatMap(([first]) => principalKey(first!.edge.scope)));
  }

  /** Returns whether an account can log in afterwards; undefined if the steps do not change that. */
  active({ kind, id }: AccessObject): boolean | undefined {
    const step = this.byObject.get(objectKey(kind, id));
    const resource = resourceOf(kind);
    if (!step || !resource.account) return undefined;
    const { operation, changed, desired } = step;
    if (operation === 'deactivate' || operation === 'delete') return false;
    if (resource.removal?.verb !== 'deactivate') return undefined;
    const isSet =
      operation === 'create' || Object.keys(resource.removal.inactive).some((name) => changed.includes(name));
    return isSet ? !isInactive(resource, desired) : undefined;
  }

  /** Returns the members that the steps declare for a group; undefined if it keeps its own. */
  listedMembers({ kind, id }: AccessObject): readonly AccessObject[] | undefined {
    const step = this.byObject.get(objectKey(kind, id));
    const resource = resourceOf(kind);
    const lists = memberLists(resource);
    if (!step || lists.length === 0) return undefined;
    const { operation, desired } = step;
    if (operation === 'deactivate' || operation === 'delete') return [];
    const declared = lists.flatMap((name) => (Array.isArray(desired[name]) ? [desired[name] as unknown[]] : []));
    if (declared.length === 0) return operation === 'create' ? [] : undefined;
    return declared.flat().flatMap((member) => this.memberWith(memberKinds(resource), idIn(member)));
  }

  /** Returns the members of a group after the steps that add or remove single ones. @param members those in its lists */
  withMemberships(group: AccessObject, members: readonly AccessObject[]): readonly AccessObject[] {
    const changes = this.memberships.get(principalKey(group)) ?? [];
    return changes.reduce((before, { step, edge }) => {
      const others = before.filter((member) => principalKey(member) !== principalKey(edge));
      return takesAway(step) ? others : [...others, edge];
    }, members);
  }

  /**
   * Returns grants after the steps.
   * @param adds whether a grant that is not among them belongs to them
   */
  grants(live: readonly Grant[], adds: (grant: Grant, step: Step) => boolean): Grant[] {
    const byEnds = new Map<string, Grant[]>();
    for (const grant of live) addTo(byEnds, keyOfGrant(grant), grant);
    for (const [ends, steps] of this.grantSteps) {
      let same = byEnds.get(ends) ?? [];
      for (const { step, edge } of steps) {
        if (same.length === 0 && !adds(edge, step)) continue;
        // Without an id that is known, the step means all of them.
        const meant = same.filter(({ id }) => id === step.id);
        const [changed] = meant.length > 0 ? meant : same;
        const others = meant.length > 0 ? same.filter(({ id }) => id !== step.id) : [];
        same = takesAway(step) ? others : [...others, { ...edge, rights: { ...changed?.rights, ...edge.rights } }];
      }
      byEnds.set(ends, same);
    }
    return [...byEnds.values()].flat();
  }

  private memberWith(kinds: readonly string[], id: string): AccessObject[] {
    const kind = this.createdKind.get(id) ?? this.lookUp(kinds, id);
    // If only some steps of a plan are asked about, a member that another step would create does not exist.
    return kind === undefined ? [] : [{ kind, id }];
  }
}

/** Returns the ends of the edge that a step writes; undefined if it writes no edge, or its principal is not known. */
export function edgeEnds({
  kind,
  before,
  desired,
}: Step): { principal: AccessObject; scope: AccessObject } | undefined {
  const resource = resourceOf(kind);
  if (!isEdge(resource)) return undefined;
  const values = withIds({ ...before, ...desired });
  const principal = principalOf(kind, values);
  return principal && { principal, scope: scopeOf(resource, values[resource.edge.scope]) };
}

/** Returns the id of a step's object; the address of its declaration if the object is still to be created. */
export function idOf({ id, key }: Step): string {
  return id ?? key;
}

/** Returns the id that a value of a step refers to. */
export function idIn(value: unknown): string {
  // A plan file may hold anything in the place of an address.
  return String(isReference(value) ? value.ref : value);
}

function withIds(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isReference(value) ? idIn(value) : value]),
  );
}

function takesAway({ operation }: Step): boolean {
  return operation === 'revoke' || operation === 'delete' || operation === 'deactivate';
}

/** Returns the key of a grant by its ends. */
function keyOfGrant({ kind, principal, scope }: Grant): string {
  return `${kind} ${endsKey(principal, scope)}`;
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
