import type { StepEffects } from '../access/step-effects.js';
import { type Grant, scopeOf } from '../access/tenant-access.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge } from '../model/keys.js';
import { type Orphan, type Step, WITHOUT_WRITE } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { type EdgeResource, matchesRule, type RequiredHolder, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { allMemberships, anyActive, type Directory, type LiveDirectory } from '../read/directory.js';
import { edgesWithKey, grantsOf } from '../read/edges.js';
import { edgesByPrincipal } from '../read/edges-by-principal.js';
import { findByNameAt, referenceTo } from '../read/find-by-name.js';
import { readHolders } from '../read/holders.js';
import { inheritsEdges } from '../read/inheritance.js';
import { isOwnPrincipal } from '../read/own-account.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { isMembership, scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

/** Maximum users, or groups, read one by one to find another holder. With more, the refusal states that it is in doubt. */
const MAX_OBJECTS = 500;

/** An edge kind whose scopes must keep an active holder. */
type GuardedEdge = EdgeResource & { readonly requiredHolder: RequiredHolder };

/** Returns whether the scopes of a kind must keep an active holder. */
export function isGuarded(resource: Resource): resource is GuardedEdge {
  return isEdge(resource) && resource.requiredHolder !== undefined;
}

/** The input of the last-holder check. */
interface Assessment {
  readonly reader: TenantReader;
  readonly resource: GuardedEdge;
  /** All steps of the plan. */
  readonly steps: readonly Step[];
  /** The steps that reduce access. */
  readonly reducing: readonly Step[];
  /** The effects of all steps. */
  readonly effects: StepEffects;
  /** Members and active accounts before and after the plan. */
  readonly before: LiveDirectory;
  readonly after: Directory;
}

/** Finds the containers or roles that a plan would leave without an active holder. */
export async function findOrphans(assessment: Assessment): Promise<Orphan[]> {
  const risks = await findRisks(assessment);
  const outcomes = await Promise.all(risks.map((risk) => assessRisk(assessment, risk)));
  return outcomes.flatMap((orphan) => orphan ?? []);
}

/** A container or role that may lose its last active holder. */
interface Risk {
  readonly scope: string;
  /** Whether a step revokes or lowers one of its own edges. */
  hasLostEdge: boolean;
  /** Its edges to principals that lose active members or log-in. */
  readonly weakened: Grant[];
  /** Keys of the steps that put it at risk. */
  readonly causes: Set<string>;
}

async function findRisks({ reader, resource, steps, reducing, before }: Assessment): Promise<Risk[]> {
  const required = await requiredScopes(reader, resource);
  if (required?.size === 0) return [];
  const risks = new Map<string, Risk>();
  const riskOf = (values: Values): Risk | undefined => {
    const scope = String(values[resource.edge.scope]);
    const key = foldCase(scope);
    if (!matchesRule(resource.requiredHolder, values) || required?.has(key) === false) return undefined;
    const risk = risks.get(key) ?? { scope, hasLostEdge: false, weakened: [], causes: new Set() };
    risks.set(key, risk);
    return risk;
  };
  for (const step of reducing) {
    const risk = step.kind === resource.type ? riskOf(step.before) : undefined;
    if (!risk) continue;
    risk.hasLostEdge = true;
    risk.causes.add(step.key);
  }
  const affected = await affectedPrincipals(reducing, before);
  const edges = await edgesByPrincipal(
    reader,
    resource,
    affected.map(({ principal }) => principal),
  );
  const { scope } = resource.edge;
  const writes = steps.filter(({ kind, operation }) => kind === resource.type && !WITHOUT_WRITE.has(operation));
  const changed = new Set(writes.map(({ before, desired }) => ({ ...before, ...desired })[scope]));
  for (const { principal, causes } of affected) {
    for (const edge of edges.get(principalKey(principal)) ?? []) {
      const { values } = edge;
      // The holders of a scope that inherits are those of the scope above it, which is at risk itself.
      if (!changed.has(values[scope]) && (await inheritsEdges(reader, resource, values[scope]))) continue;
      const risk = riskOf(values);
      risk?.weakened.push(...grantsOf(resource, [edge]));
      for (const key of causes) risk?.causes.add(key);
    }
  }
  return [...risks.values()];
}

/**
 * Returns the case-folded scopes to which a setting limits the rule; undefined if the rule holds for all.
 * @throws DelineaError `unknown_name`
 */
async function requiredScopes(reader: TenantReader, resource: GuardedEdge): Promise<Set<string> | undefined> {
  const { setting } = resource.requiredHolder;
  if (!setting) return undefined;
  const kind = scopeKind(resource);
  const scopes = new Set<string>();
  for (const name of reader.tenant.settings[setting]) {
    const live = await findByNameAt(reader.snapshot, kind, name, setting);
    scopes.add(foldCase(referenceTo(kind, live)));
  }
  return scopes;
}

/**
 * Returns the principals that may contain fewer active accounts after the plan: disabled accounts, groups that lose
 * members, and the groups around them.
 */
async function affectedPrincipals(
  reducing: readonly Step[],
  before: LiveDirectory,
): Promise<{ principal: Principal; causes: string[] }[]> {
  const found = new Map<string, { principal: Principal; causes: string[] }>();
  for (const step of reducing) {
    const principal = affectedBy(step);
    if (!principal) continue;
    const around = (await allMemberships(before)).groupsAround(principal).map(({ at }) => at);
    for (const each of [principal, ...around]) {
      const entry = found.get(principalKey(each));
      if (entry) entry.causes.push(step.key);
      else found.set(principalKey(each), { principal: each, causes: [step.key] });
    }
  }
  return [...found.values()];
}

/** Returns the account that a step disables, or the group that loses members; undefined for other edges. */
function affectedBy({ kind, id, before }: Step): Principal | undefined {
  const resource = resourceOf(kind);
  if (isMembership(resource)) return { kind: scopeKind(resource), id: String(before[resource.edge.scope]) };
  return id === undefined || isEdge(resource) ? undefined : { kind, id };
}

async function assessRisk(
  { reader, resource, steps, effects, before, after }: Assessment,
  { scope, hasLostEdge, weakened, causes }: Risk,
): Promise<Orphan | undefined> {
  const name = resource.edge.scope;
  const inScope = (value: unknown) => foldCase(value) === foldCase(scope);
  const { id: scopeId } = scopeOf(resource, scope);
  const holders = (grants: readonly Grant[]) =>
    grants.filter(({ rights }) => matchesRule(resource.requiredHolder, rights)).map(({ principal }) => principal);
  const isGiven = (grant: Grant, { operation }: Step) =>
    operation === 'create' && grant.kind === resource.type && grant.scope.id === scopeId;
  const remaining = (grants: readonly Grant[]) => holders(effects.grants(grants, isGiven));
  const others = (directory: Directory): Directory => ({
    ...directory,
    active: async (principal) => (await directory.active(principal)) && !(await isOwnPrincipal(reader, principal)),
  });
  const [otherBefore, otherAfter] = [others(before), others(after)];
  // One holder is enough. The edges in the plan come first, since finding others costs more requests. They are read
  // again, since the plan may be older than the tenant.
  const planned: Grant[] = [];
  for (const step of steps) {
    if (step.kind !== resource.type || !inScope(step.before[name])) continue;
    planned.push(...grantsOf(resource, await edgesWithKey(reader, resource, step.before)));
  }
  if (await anyActive(otherAfter, remaining(planned))) return undefined;
  const { edges, unread } = await readHolders(reader, resource, [{ [name]: scope }], { perObject: MAX_OBJECTS });
  const all = grantsOf(resource, edges);
  if (await anyActive(otherAfter, remaining(all))) return undefined;
  // The account of this run counts only where nobody else was active before.
  const isOursAlone = hasLostEdge && (await anyActive(after, remaining(all)));
  if ((!hasLostEdge || isOursAlone) && !(await anyActive(otherBefore, holders([...all, ...planned, ...weakened]))))
    return undefined;
  const kind = scopeKind(resource);
  await reader.translator.load({ kinds: [kind], id: scope });
  return {
    kind,
    id: scope,
    name: reader.translator.nameOf([kind], scope) ?? scope,
    lacks: resource.requiredHolder.label,
    steps: [...causes].sort(),
    ...(unread.length > 0 ? { doubt: unread.join('; ') } : {}),
  };
}
