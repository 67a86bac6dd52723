import { isEdge } from '../model/keys.js';
import type { GuardEvidence, Orphan, Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { ifReadable } from '../read/access-paths.js';
import { type Directory, liveDirectory, membersAmong } from '../read/directory.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { memberKinds, principalOf } from '../resources/edges.js';
import { resourceOf, resources } from '../resources/index.js';
import { findOrphans } from './last-holder.js';
import { projectDirectory } from './projected-access.js';
import { reducesAccess, reducesRight, removedMembers } from './reductions.js';

/**
 * Reads what the guards must know beyond the plan itself: which containers and admin roles it would leave without
 * anybody active, and which protected accounts are inside the groups that lose something. Asks nothing where a plan
 * takes nothing away.
 */
export async function gatherEvidence(
  reading: TenantReader,
  steps: readonly Step[],
  before: Directory = liveDirectory(reading),
): Promise<GuardEvidence> {
  const lossy = steps.filter(reducesAccess);
  if (lossy.length === 0) return { orphans: [], protectedInside: {}, unread: [] };
  const sides = { before, after: projectDirectory(before, steps, reading.translator) };
  const orphans: Orphan[] = [];
  const unread: string[] = [];
  for (const resource of resources) {
    if (!resource.requiredHolder) continue;
    const found = await ifReadable(
      steps.some(({ kind }) => kind === resource.type),
      () => findOrphans(reading, resource, resource.requiredHolder!, steps, lossy, sides),
    );
    if (typeof found !== 'string') orphans.push(...found);
    else {
      const { scope, label } = resource.requiredHolder;
      unread.push(`whether a ${scope} is left without an ${label} was not looked at: ${found}`);
    }
  }
  return { orphans, protectedInside: await protectedWithin(reading, lossy, before), unread };
}

/** A step that takes nothing away and writes something. */
export function grantsAccess(step: Step): boolean {
  return !reducesAccess(step) && ['create', 'update', 'replace', 'reactivate'].includes(step.operation);
}

/**
 * Keys of the steps that only the gifts of this very plan make harmless, such as the old Owner's leaving: where the new
 * one could not be given, they must not happen.
 */
export async function reductionsNeedingGrants(
  reading: TenantReader,
  steps: readonly Step[],
  { orphans }: GuardEvidence,
  before: Directory = liveDirectory(reading),
): Promise<ReadonlySet<string>> {
  if (!steps.some(grantsAccess)) return new Set();
  const alone = await gatherEvidence(reading, steps.filter(reducesAccess), before);
  const known = new Set(orphans.map(({ kind, name }) => `${kind} ${name}`));
  return new Set(alone.orphans.filter(({ kind, name }) => !known.has(`${kind} ${name}`)).flatMap((one) => one.steps));
}

/** Protected names by the group that they are inside of, for every group that loses something. */
async function protectedWithin(
  reading: TenantReader,
  lossy: readonly Step[],
  before: Directory,
): Promise<Record<string, readonly string[]>> {
  const groups = new Map<string, Principal>();
  for (const step of lossy) {
    const principal = reducesRight(step) ? principalOf(step.kind, step.before) : undefined;
    const left: Principal[] = [];
    for (const id of removedMembers(step)) {
      await reading.translator.load(memberKinds(resourceOf(step.kind)), id);
      const kind = reading.translator.kindOf(id);
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
    const inside = await membersAmong(before, group, new Set(names.keys()));
    if (inside.size > 0) within[group.id] = [...inside].map((key) => names.get(key)!).sort();
  }
  return within;
}

/** The protected names as objects of the tenant: an API client need not be one. */
async function protectedKeys(reading: TenantReader): Promise<Map<string, string>> {
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
        reading.translator.addRemote(kind, live);
        keys.set(principalKey({ kind, id: live.id }), name);
      }
    }
  }
  return keys;
}
