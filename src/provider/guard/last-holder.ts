import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge } from '../model/keys.js';
import type { Orphan, Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { matchesRule, type RequiredHolder, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { anyActive, type Directory, groupsContaining } from '../read/directory.js';
import { type EdgeValues, edgesWithKey } from '../read/edges.js';
import { edgesByPrincipal } from '../read/edges-by-principal.js';
import { findByName } from '../read/find-by-name.js';
import { readHolders } from '../read/holders.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { principalOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { projectEdges } from './projected-access.js';

/** The tenant before a plan and after it. */
interface Sides {
  readonly before: Directory;
  readonly after: Directory;
}

export async function findOrphans(
  reading: TenantReader,
  resource: Resource,
  keeps: RequiredHolder,
  steps: readonly Step[],
  lossy: readonly Step[],
  sides: Sides,
): Promise<Orphan[]> {
  const risks = await findRisks(reading, resource, keeps, lossy, sides.before);
  const outcomes = await Promise.all(risks.map((risk) => assessRisk(reading, resource, keeps, risk, steps, sides)));
  return outcomes.flatMap((orphan) => orphan ?? []);
}

/** A container or role that may lose its last holder. */
interface Risk {
  readonly scope: string;
  /** Whether one of its own edges is taken away. */
  touched: boolean;
  /** Edges by which those who lose something hold it. */
  readonly held: EdgeValues[];
  /** Keys of the steps by which it may be lost. */
  readonly causes: Set<string>;
}

async function findRisks(
  reading: TenantReader,
  resource: Resource,
  keeps: RequiredHolder,
  lossy: readonly Step[],
  before: Directory,
): Promise<Risk[]> {
  const kept = await requiredNames(reading, resource, keeps);
  if (kept?.size === 0) return [];
  const risks = new Map<string, Risk>();
  const riskOf = (values: Values): Risk | undefined => {
    const scope = String(values[keeps.scope]);
    const key = foldCase(scope);
    if (!matchesRule(keeps, values) || kept?.has(key) === false) return undefined;
    const risk = risks.get(key) ?? { scope, touched: false, held: [], causes: new Set() };
    risks.set(key, risk);
    return risk;
  };
  for (const { kind, key, before: was } of lossy) {
    const risk = kind === resource.type ? riskOf(was) : undefined;
    if (!risk) continue;
    risk.touched = true;
    risk.causes.add(key);
  }
  const losing = await affectedPrincipals(lossy, before);
  const edges = await edgesByPrincipal(
    reading,
    resource,
    losing.map(({ principal }) => principal),
  );
  for (const { principal, causes } of losing) {
    for (const { live, values } of edges.get(principalKey(principal)) ?? []) {
      const risk = riskOf(values);
      risk?.held.push({ id: live.id, values });
      for (const key of causes) risk?.causes.add(key);
    }
  }
  return [...risks.values()];
}

/** The names that a setting says must be kept, folded; undefined: all are. @throws DelineaError for a name that does not exist */
async function requiredNames(
  reading: TenantReader,
  resource: Resource,
  keeps: RequiredHolder,
): Promise<Set<string> | undefined> {
  if (!keeps.setting) return undefined;
  const names = new Set<string>();
  const kind = scopeKind(resource, keeps);
  for (const name of reading.tenant.settings[keeps.setting]) {
    const live = await findByName(reading.snapshot, kind, name).catch((error: unknown) => {
      throw error instanceof DelineaError ? error.at(keeps.setting!) : error;
    });
    names.add(foldCase(live.values[resourceOf(kind).referredBy ?? 'id'] ?? live.id));
  }
  return names;
}

function scopeKind({ attributes }: Resource, { scope }: RequiredHolder): string {
  return attributes.find(({ name }) => name === scope)!.refersTo[0]!;
}

/** Whoever may stand for fewer active people than before: disabled accounts, shrunken groups, and the groups around. */
async function affectedPrincipals(
  lossy: readonly Step[],
  before: Directory,
): Promise<{ principal: Principal; causes: string[] }[]> {
  const found = new Map<string, { principal: Principal; causes: string[] }>();
  for (const { kind, id, key } of lossy) {
    if (id === undefined || isEdge(resourceOf(kind))) continue;
    const principal = { kind, id };
    for (const one of [principal, ...(await groupsContaining(before, principal)).map(({ group }) => group)]) {
      const loser = found.get(principalKey(one)) ?? { principal: one, causes: [] };
      found.set(principalKey(one), { ...loser, causes: [...loser.causes, key] });
    }
  }
  return [...found.values()];
}

async function assessRisk(
  reading: TenantReader,
  resource: Resource,
  keeps: RequiredHolder,
  { scope, touched, held, causes }: Risk,
  steps: readonly Step[],
  { before, after }: Sides,
): Promise<Orphan | undefined> {
  const within = (values: Values) => foldCase(values[keeps.scope]) === foldCase(scope);
  const holding = (edges: readonly EdgeValues[]) =>
    edges.flatMap(({ values }) => (matchesRule(keeps, values) ? (principalOf(resource.type, values) ?? []) : []));
  const left = (edges: readonly EdgeValues[]) => holding(projectEdges(resource, edges, steps, within));
  // One holder is enough: those that the plan speaks of first, since the others cost more. All are read, not taken from
  // the plan, which may be older than what lives.
  const known: EdgeValues[] = [];
  for (const { kind, before: was } of steps) {
    if (kind !== resource.type || !within(was)) continue;
    for (const { live, values } of await edgesWithKey(reading, resource, was)) known.push({ id: live.id, values });
  }
  if (await anyActive(after, left(known))) return undefined;
  const { edges, unread } = await readHolders(reading, resource, [{ [keeps.scope]: scope }]);
  const all = edges.map(({ live, values }) => ({ id: live.id, values }));
  if (await anyActive(after, left(all))) return undefined;
  if (!touched && !(await anyActive(before, holding([...all, ...known, ...held])))) return undefined;
  const kind = scopeKind(resource, keeps);
  await reading.translator.load([kind], scope);
  return {
    kind,
    name: reading.translator.nameOf(scope) ?? scope,
    lacks: keeps.label,
    steps: [...causes].sort(),
    ...(unread.length > 0 ? { doubt: unread.join('; ') } : {}),
  };
}
