import { objectKey } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { principalKey } from '../model/principal.js';
import { sourceOf } from './inheritance.js';
import { type Distances, distances, type Reached, reachAll } from './reach.js';
import {
  type AccessObject,
  type AccessPrincipal,
  type AccessScope,
  type Grant,
  isUsable,
  type KnownAccess,
} from './tenant-access.js';

/** One right that a principal has on a container or role, by itself or through groups. */
export interface Access {
  readonly principal: AccessPrincipal;
  readonly scope: AccessScope;
  /** `Owner`, `View (secret right)`; `holder` for a role. */
  readonly right: string;
  /** Number of groups between the principal and the right, on the shortest path; 0: the right is its own. */
  readonly hops: number;
}

/** A shortest path from a principal to a right. */
export interface AccessRoute {
  readonly right: string;
  /** The groups on the way, the nearest first; the last one holds the grant. Empty: the principal holds it. */
  readonly through: readonly AccessPrincipal[];
  readonly grant: Grant;
  /** The container whose permission it is, if the container inherits it. */
  readonly inheritedFrom?: AccessScope;
}

/** A grant by which a principal has access to a scope. */
export interface HeldGrant {
  /** The holder of the grant, and the way to it: the principal, or a group around it. */
  readonly holder: Reached<AccessPrincipal>;
  readonly grant: Grant;
  /** The scope of the grant, or one that inherits it. */
  readonly scope: AccessScope;
}

/** The shortest paths to each right. */
export interface AccessRoutes {
  readonly routes: readonly AccessRoute[];
  /** Number of shortest paths, which can be larger than the number of routes returned. */
  readonly total: number;
}

/** Shortest paths that are returned: groups in several groups of one another multiply them. */
const MAX_ROUTES = 100;

/** The right on an attribute of which this is the value is the absence of one. */
const NO_RIGHT = 'None';

/** The right of a principal that has a role. */
export const HOLDER = 'holder';

/** Returns the rights of a grant as text, one for each attribute with an order. */
export function rightsOf({ rights }: Pick<Grant, 'rights'>): string[] {
  const held = Object.entries(rights);
  if (held.length === 0) return [HOLDER];
  return held.flatMap(([name, value], index) => (value === NO_RIGHT ? [] : [rightText(name, value, index)]));
}

/** Returns a right as text. @param index the position of its attribute: the first needs no name */
export function rightText(attribute: string, value: string, index: number): string {
  return index === 0 ? value : `${value} (${snakeCase(attribute).replaceAll('_', ' ')})`;
}

/**
 * Computes effective access: which principal has which right on which container or role, directly, through groups
 * nested to any depth, and by the inheritance of folders. Groups may contain each other. Inactive accounts are included
 * with their status: they have the access again once they are enabled.
 */
export class EffectiveAccess {
  readonly principals: readonly AccessPrincipal[];
  readonly scopes: readonly AccessScope[];
  private readonly principalAt = new Map<string, number>();
  private readonly scopeAt = new Map<string, number>();
  /** Direct members and direct groups of each principal. */
  private readonly members: number[][];
  private readonly groups: number[][];
  private readonly grantsOn: Grant[][];
  private readonly grantsOf: Grant[][];
  /** The scope whose grants a scope has: itself, or one above it. */
  private readonly source: number[];
  private readonly heirs: number[][];

  /** @param state the data from which it is computed; an object that is only referred to is not in it */
  constructor(readonly state: KnownAccess) {
    const principals = [...state.principals];
    const scopes = [...state.scopes];
    for (const [index, { kind, id }] of principals.entries()) this.principalAt.set(objectKey(kind, id), index);
    for (const [index, { kind, id }] of scopes.entries()) this.scopeAt.set(objectKey(kind, id), index);
    // An object that was not read has access all the same, under its id.
    const principal = indexer(principals, this.principalAt);
    const scope = indexer(scopes, this.scopeAt);
    const links = state.principals.flatMap((group) =>
      (group.members ?? []).map((member) => [principal(member), principal(group)] as const),
    );
    const grants = state.grants.map((grant) => [grant, principal(grant.principal), scope(grant.scope)] as const);
    this.principals = principals;
    this.scopes = scopes;
    this.members = principals.map(() => []);
    this.groups = principals.map(() => []);
    this.grantsOf = principals.map(() => []);
    this.grantsOn = scopes.map(() => []);
    this.heirs = scopes.map(() => []);
    for (const [member, group] of links) {
      this.members[group]!.push(member);
      this.groups[member]!.push(group);
    }
    const find = (kind: string, id: string) => scopes[this.scopeAt.get(objectKey(kind, id)) ?? -1];
    this.source = scopes.map((each) => this.scopeAt.get(principalKey(sourceOf(each, find)))!);
    for (const [index, source] of this.source.entries()) this.heirs[source]!.push(index);
    for (const [grant, holder, on] of grants) {
      // A list shows inherited permissions as the folder's own. Those of the source count, once.
      if (this.source[on] !== on) continue;
      this.grantsOn[on]!.push(grant);
      this.grantsOf[holder]!.push(grant);
    }
  }

  /** Returns every principal with access to a scope, by right. */
  who(scope: AccessObject): Access[] {
    const at = this.scopeAt.get(objectKey(scope.kind, scope.id));
    if (at === undefined) return [];
    return [...this.holders(at)].flatMap(([right, reached]) =>
      [...reached].map(([index, hops]) => ({
        principal: this.principals[index]!,
        scope: this.scopes[at]!,
        right,
        hops,
      })),
    );
  }

  /** Returns every right of a principal. */
  what(principal: AccessObject): Access[] {
    const found = new Map<string, Access>();
    for (const { holder, grant, scope } of this.grantsReaching(principal)) {
      for (const right of rightsOf(grant)) {
        // Groups come in the order of their distance.
        const key = `${principalKey(scope)} ${right}`;
        if (!found.has(key)) found.set(key, { principal: this.find(principal)!, scope, right, hops: holder.hops });
      }
    }
    return [...found.values()];
  }

  /** Returns every grant by which a principal has access, for each scope that has it, those of the nearest groups first. */
  *grantsReaching(principal: AccessObject): Generator<HeldGrant> {
    const start = this.find(principal);
    for (const holder of start ? [{ at: start, hops: 0, from: undefined }, ...this.groupsAround(start)] : []) {
      for (const grant of this.grantsOf[this.principalAt.get(principalKey(holder.at))!]!) {
        for (const heir of this.heirs[this.indexOf(grant)]!) yield { holder, grant, scope: this.scopes[heir]! };
      }
    }
  }

  /** Returns the groups that contain a principal, the nearest first, each with a shortest way to it. */
  groupsAround(principal: AccessObject): Reached<AccessPrincipal>[] {
    const start = this.find(principal);
    if (!start) return [];
    const groupsOf = (each: AccessPrincipal) =>
      this.groups[this.principalAt.get(principalKey(each))!]!.map((index) => this.principals[index]!);
    return [...reachAll([start], principalKey, groupsOf).values()].filter(({ hops }) => hops > 0);
  }

  /** Returns the accounts in a group, at any depth, that can use their access. */
  peopleIn(group: AccessObject): AccessPrincipal[] {
    const at = this.principalAt.get(objectKey(group.kind, group.id));
    if (at === undefined) return [];
    return [...distances([at], this.members).keys()]
      .map((index) => this.principals[index]!)
      .filter((principal, order) => order > 0 && isUsable(principal));
  }

  /**
   * Returns every shortest path from a principal to its rights on a scope.
   * @param only one right; unset: all
   * @param limit the largest number of paths to return
   */
  why(principal: AccessObject, scope: AccessObject, only?: string, limit = MAX_ROUTES): AccessRoutes {
    const found = this.grantsReached(principal, scope);
    if (!found) return { routes: [], total: 0 };
    const { hops, nearest, common } = found;
    const counts = this.countPaths(hops);
    const routes: AccessRoute[] = [];
    let total = 0;
    for (const [right, ends] of nearest) {
      if (only !== undefined && right !== only) continue;
      for (const { grant, holder } of ends) {
        total += counts.get(holder)!;
        for (const through of this.paths(holder, hops, limit - routes.length))
          routes.push({ right, through, grant, ...common });
      }
    }
    return { routes, total };
  }

  /** Returns one shortest path from a principal to a right on a scope; undefined if it does not have the right. */
  route(principal: AccessObject, scope: AccessObject, right: string): AccessRoute | undefined {
    const found = this.grantsReached(principal, scope);
    const end = found?.nearest.get(right)?.[0];
    if (!found || !end) return undefined;
    const [through] = this.paths(end.holder, found.hops, 1);
    return { right, through: through!, grant: end.grant, ...found.common };
  }

  /** Returns the index of every principal with access to a scope, and its distance, by right. @param at the scope's index */
  holders(at: number): Map<string, Distances> {
    const starts = new Map<string, number[]>();
    for (const grant of this.grantsOn[this.source[at]!]!) {
      const holder = this.holderOf(grant);
      for (const right of rightsOf(grant)) {
        const same = starts.get(right);
        if (same) same.push(holder);
        else starts.set(right, [holder]);
      }
    }
    return new Map([...starts].map(([right, holders]) => [right, distances(holders, this.members)]));
  }

  /** Returns the nearest grants of each right by which a principal has access to a scope; undefined if one is not known. */
  private grantsReached(principal: AccessObject, scope: AccessObject) {
    const from = this.principalAt.get(objectKey(principal.kind, principal.id));
    const to = this.scopeAt.get(objectKey(scope.kind, scope.id));
    if (from === undefined || to === undefined) return undefined;
    const hops = distances([from], this.groups);
    const source = this.source[to]!;
    const common = source === to ? {} : { inheritedFrom: this.scopes[source]! };
    return { hops, nearest: this.nearestGrants(source, hops), common };
  }

  private find({ kind, id }: AccessObject): AccessPrincipal | undefined {
    return this.principals[this.principalAt.get(objectKey(kind, id)) ?? -1];
  }

  private indexOf({ scope }: Grant): number {
    return this.scopeAt.get(objectKey(scope.kind, scope.id))!;
  }

  private holderOf({ principal }: Grant): number {
    return this.principalAt.get(objectKey(principal.kind, principal.id))!;
  }

  /** Returns the grants of each right whose holders are nearest. @param hops the distance of each holder that is reached */
  private nearestGrants(at: number, hops: Distances): Map<string, { grant: Grant; holder: number }[]> {
    const nearest = new Map<string, { distance: number; ends: { grant: Grant; holder: number }[] }>();
    for (const grant of this.grantsOn[at]!) {
      const holder = this.holderOf(grant);
      const distance = hops.get(holder);
      if (distance === undefined) continue;
      for (const right of rightsOf(grant)) {
        const known = nearest.get(right);
        if (known?.distance === distance) known.ends.push({ grant, holder });
        else if (!known || distance < known.distance) nearest.set(right, { distance, ends: [{ grant, holder }] });
      }
    }
    return new Map([...nearest].map(([right, { ends }]) => [right, ends]));
  }

  /** Lists shortest chains of groups that end in a holder. @param limit the largest number of chains */
  private paths(holder: number, hops: Distances, limit: number): AccessPrincipal[][] {
    const found: AccessPrincipal[][] = [];
    const open: Chain[] = [{ at: holder }];
    for (let chain = open.pop(); chain && found.length < limit; chain = open.pop()) {
      const distance = hops.get(chain.at)!;
      if (distance === 0) {
        found.push(groupsIn(chain).map((index) => this.principals[index]!));
        continue;
      }
      for (const member of new Set(this.members[chain.at]!)) {
        if (hops.get(member) === distance - 1) open.push({ at: member, rest: chain });
      }
    }
    return found;
  }

  /** Returns the number of shortest paths to each principal. */
  private countPaths(hops: Distances): Map<number, number> {
    const counts = new Map<number, number>();
    for (const [at, distance] of hops) {
      const count = counts.get(at) ?? 1;
      counts.set(at, count);
      for (const next of new Set(this.groups[at]!)) {
        if (hops.get(next) === distance + 1) counts.set(next, (counts.get(next) ?? 0) + count);
      }
    }
    return counts;
  }
}

/** A chain from one group to the holder of a right: longer chains share their ends. */
interface Chain {
  readonly at: number;
  readonly rest?: Chain;
}

/** Returns the groups of a chain without its start, the nearest first. */
function groupsIn({ rest }: Chain): number[] {
  const found: number[] = [];
  for (let next = rest; next; next = next.rest) found.push(next.at);
  return found;
}

/** Returns a function that finds the index of an object, and adds an object that is only referred to. */
function indexer(objects: (AccessObject & { readonly name: string })[], index: Map<string, number>) {
  return ({ kind, id }: AccessObject): number => {
    const key = objectKey(kind, id);
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, objects.length);
    return objects.push({ kind, id, name: id }) - 1;
  };
}
