import { DelineaError } from '../errors.js';
import { foldCase } from '../fold-case.js';
import { counts, type Keeps, type Resource, type Values } from '../resource.js';
import { resourceOf, resources } from '../resources/index.js';
import { ifReadable } from './access.js';
import { findNamed } from './catalog.js';
import {
  anyActive,
  type Directory,
  groupsAround,
  insideOf,
  liveDirectory,
  type Principal,
  principalKey,
} from './directory.js';
import { edgesLike } from './edges.js';
import type { GuardEvidence, Orphan, Step } from './format.js';
import { heldEdges } from './held-edges.js';
import { holdersOf } from './holders.js';
import { isLoss, lessens, memberKinds, principalOf, removedMembers } from './losses.js';
import { type Edge, plannedDirectory, plannedEdges } from './planned.js';
import { isEdge, type Reading } from './planning.js';

/** The tenant before a plan and after it. */
interface Sides {
  readonly before: Directory;
  readonly after: Directory;
}

/**
 * Reads what the guards must know beyond the plan itself: which containers and admin roles it would leave without
 * anybody active, and which protected accounts are inside the groups that lose something. Asks nothing where a plan
 * takes nothing away.
 */
export async function gatherEvidence(
  reading: Reading,
  steps: readonly Step[],
  before: Directory = liveDirectory(reading),
): Promise<GuardEvidence> {
  const lossy = steps.filter(isLoss);
  if (lossy.length === 0) return { orphans: [], within: {}, unseen: [] };
  const sides = { before, after: plannedDirectory(before, steps, reading.identity) };
  const orphans: Orphan[] = [];
  const unseen: string[] = [];
  for (const resource of resources) {
    if (!resource.keeps) continue;
    const found = await ifReadable(steps, resource, () =>
      findOrphans(reading, resource, resource.keeps!, steps, lossy, sides),
    );
    if (typeof found !== 'string') orphans.push(...found);
    else {
      const { scope, says } = resource.keeps;
      unseen.push(`whether a ${scope} is left without an ${says} was not looked at: ${found}`);
    }
  }
  return { orphans, within: await protectedWithin(reading, lossy, before), unseen };
}

/** A step that takes nothing away and writes something. */
export function isGift(step: Step): boolean {
  return !isLoss(step) && ['create', 'update', 'regrant', 'reactivate'].includes(step.operation);
}

/**
 * Keys of the steps that only the gifts of this very plan make harmless, such as the old Owner's leaving: where the new
 * one could not be given, they must not happen.
 */
export async function lossesInNeed(
  reading: Reading,
  steps: readonly Step[],
  { orphans }: GuardEvidence,
  before: Directory = liveDirectory(reading),
): Promise<ReadonlySet<string>> {
  if (!steps.some(isGift)) return new Set();
  const alone = await gatherEvidence(reading, steps.filter(isLoss), before);
  const known = new Set(orphans.map(({ kind, name }) => `${kind} ${name}`));
  return new Set(alone.orphans.filter(({ kind, name }) => !known.has(`${kind} ${name}`)).flatMap((one) => one.steps));
}

async function findOrphans(
  reading: Reading,
  resource: Resource,
  keeps: Keeps,
  steps: readonly Step[],
  lossy: readonly Step[],
  sides: Sides,
): Promise<Orphan[]> {
  const risks = await findRisks(reading, resource, keeps, lossy, sides.before);
  const outcomes = await Promise.all(risks.map((risk) => judge(reading, resource, keeps, risk, steps, sides)));
  return outcomes.flatMap((orphan) => orphan ?? []);
}

/** A container or role that may lose its last holder. */
interface Risk {
  readonly scope: string;
  /** Whether one of its own edges is taken away. */
  touched: boolean;
  /** Edges by which those who lose something hold it. */
  readonly held: Edge[];
  /** Keys of the steps by which it may be lost. */
  readonly causes: Set<string>;
}

async function findRisks(
  reading: Reading,
  resource: Resource,
  keeps: Keeps,
  lossy: readonly Step[],
  before: Directory,
): Promise<Risk[]> {
  const kept = await keptNames(reading, resource, keeps);
  if (kept?.size === 0) return [];
  const risks = new Map<string, Risk>();
  const riskOf = (values: Values): Risk | undefined => {
    const scope = String(values[keeps.scope]);
    const key = foldCase(scope);
    if (!counts(keeps, values) || kept?.has(key) === false) return undefined;
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
  const losing = await losers(lossy, before);
  const edges = await heldEdges(
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
async function keptNames(reading: Reading, resource: Resource, keeps: Keeps): Promise<Set<string> | undefined> {
  if (!keeps.setting) return undefined;
  const names = new Set<string>();
  const kind = scopeKind(resource, keeps);
  for (const name of reading.tenant.settings[keeps.setting]) {
    const live = await findNamed(reading.snapshot, kind, name).catch((error: unknown) => {
      throw error instanceof DelineaError ? error.at(keeps.setting!) : error;
    });
    names.add(foldCase(live.values[resourceOf(kind).referredBy ?? 'id'] ?? live.id));
  }
  return names;
}

function scopeKind({ attributes }: Resource, { scope }: Keeps): string {
  return attributes.find(({ name }) => name === scope)!.refersTo[0]!;
}

/** Whoever may stand for fewer active people than before: disabled accounts, shrunken groups, and the groups around. */
async function losers(
  lossy: readonly Step[],
  before: Directory,
): Promise<{ principal: Principal; causes: string[] }[]> {
  const found = new Map<string, { principal: Principal; causes: string[] }>();
  for (const { kind, id, key } of lossy) {
    if (id === undefined || isEdge(resourceOf(kind))) continue;
    const principal = { kind, id };
    for (const one of [principal, ...(await groupsAround(before, principal)).map(({ group }) => group)]) {
      const loser = found.get(principalKey(one)) ?? { principal: one, causes: [] };
      found.set(principalKey(one), { ...loser, causes: [...loser.causes, key] });
    }
  }
  return [...found.values()];
}

async function judge(
  reading: Reading,
  resource: Resource,
  keeps: Keeps,
  { scope, touched, held, causes }: Risk,
  steps: readonly Step[],
  { before, after }: Sides,
): Promise<Orphan | undefined> {
  const within = (values: Values) => foldCase(values[keeps.scope]) === foldCase(scope);
  const holding = (edges: readonly Edge[]) =>
    edges.flatMap(({ values }) => (counts(keeps, values) ? (principalOf(resource.type, values) ?? []) : []));
  const left = (edges: readonly Edge[]) => holding(plannedEdges(resource, edges, steps, within));
  // One holder is enough: those that the plan speaks of first, since the others cost more. All are read, not taken from
  // the plan, which may be older than what lives.
  const known: Edge[] = [];
  for (const { kind, before: was } of steps) {
    if (kind !== resource.type || !within(was)) continue;
    for (const { live, values } of await edgesLike(reading, resource, was)) known.push({ id: live.id, values });
  }
  if (await anyActive(after, left(known))) return undefined;
  const { edges, unseen } = await holdersOf(reading, resource, [{ [keeps.scope]: scope }]);
  const all = edges.map(({ live, values }) => ({ id: live.id, values }));
  if (await anyActive(after, left(all))) return undefined;
  if (!touched && !(await anyActive(before, holding([...all, ...known, ...held])))) return undefined;
  const kind = scopeKind(resource, keeps);
  await reading.identity.learn([kind], scope);
  return {
    kind,
    name: reading.identity.nameOf(scope) ?? scope,
    lacks: keeps.says,
    steps: [...causes].sort(),
    ...(unseen.length > 0 ? { doubt: unseen.join('; ') } : {}),
  };
}

/** Protected names by the group that they are inside of, for every group that loses something. */
async function protectedWithin(
  reading: Reading,
  lossy: readonly Step[],
  before: Directory,
): Promise<Record<string, readonly string[]>> {
  const groups = new Map<string, Principal>();
  for (const step of lossy) {
    const principal = lessens(step) ? principalOf(step.kind, step.before) : undefined;
    const left: Principal[] = [];
    for (const id of removedMembers(step)) {
      await reading.identity.learn(memberKinds(resourceOf(step.kind)), id);
      const kind = reading.identity.kindOf(id);
      if (kind !== undefined) left.push({ kind, id });
    }
    for (const one of [...(principal ? [principal] : []), ...left]) {
      if (!resourceOf(one.kind).account) groups.set(principalKey(one), one);
    }
  }
  if (groups.size === 0) return {};
  const names = await protectedKeys(reading);
  const within: Record<string, readonly string[]> = {};
  for (const group of groups.values()) {
    const inside = await insideOf(before, group, new Set(names.keys()));
    if (inside.size > 0) within[group.id] = [...inside].map((key) => names.get(key)!).sort();
  }
  return within;
}

/** The protected names as objects of the tenant: an API client need not be one. */
async function protectedKeys(reading: Reading): Promise<Map<string, string>> {
  const kinds = [
    ...new Set(
      resources
        .filter(isEdge)
        .flatMap(({ attributes }) =>
          attributes.filter(({ refersBy }) => refersBy !== undefined).flatMap(({ refersTo }) => refersTo),
        ),
    ),
  ];
  const keys = new Map<string, string>();
  for (const name of reading.tenant.settings.protectedPrincipals) {
    for (const kind of kinds) {
      const found = await reading.snapshot.view(kind).byKey({ [resourceOf(kind).key[0]!]: name });
      for (const live of found) {
        reading.identity.see(kind, live);
        keys.set(principalKey({ kind, id: live.id }), name);
      }
    }
  }
  return keys;
}
