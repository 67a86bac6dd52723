import { StepEffects } from '../access/step-effects.js';
import { DelineaError } from '../model/errors.js';
import { objectKey } from '../model/keys.js';
import type { GuardEvidence, Orphan, Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { ifReadable } from '../read/access-paths.js';
import { directoryAfter, type LiveDirectory, liveDirectory, membersWithin } from '../read/directory.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { holderKinds, memberKinds, memberLists, principalOf } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import { findOrphans, isGuarded } from './last-holder.js';
import { goes } from './losses.js';
import { reducesAccess, reducesRight, removedMembers } from './reductions.js';

/** Evidence that does not come from the tenant. */
type KnownEvidence = Pick<GuardEvidence, 'retired' | 'earlier'>;

/**
 * Reads the facts that the guards need in addition to the plan: containers and admin roles that would be left without
 * an active holder, and protected accounts inside groups that lose access. Sends no request if the plan reduces no
 * access.
 */
export async function gatherEvidence(
  reader: TenantReader,
  steps: readonly Step[],
  before: LiveDirectory = liveDirectory(reader),
  known: KnownEvidence = {},
): Promise<GuardEvidence> {
  const reducing = steps.filter(reducesAccess);
  if (reducing.length === 0) return { orphans: [], protectedInside: {}, unread: [] };
  const effects = new StepEffects(steps, (kinds, id) => reader.translator.kindOf(kinds, id));
  const after = directoryAfter(before, effects);
  const orphans: Orphan[] = [];
  const unread: string[] = [];
  for (const resource of resources.filter(isGuarded)) {
    const isUsed = steps.some(({ kind }) => kind === resource.type);
    const found = await ifReadable(isUsed, () =>
      findOrphans({ reader, resource, steps, reducing, effects, before, after }),
    );
    if (!(found instanceof DelineaError)) orphans.push(...found);
    else {
      const { edge, requiredHolder } = resource;
      unread.push(`not checked whether every ${edge.scope} keeps an ${requiredHolder.label}: ${found.message}`);
    }
  }
  const protectedInside = await protectedWithin(reader, reducing, before);
  const behind = await peopleBehind(reducing, before);
  const earlier = await stillLost(before, known.earlier);
  return { ...known, earlier, orphans, protectedInside, behind, unread };
}

/** Returns the earlier losses without the accounts that are enabled: they were given back, or their removal failed. */
async function stillLost(before: LiveDirectory, earlier: GuardEvidence['earlier']): Promise<GuardEvidence['earlier']> {
  const isBack = await Promise.all(
    (earlier ?? []).map(async ({ kind, key }) => {
      if (kind === undefined || !resourceOf(kind).account) return false;
      return before.active({ kind, id: key.slice(objectKey(kind, '').length) });
    }),
  );
  return earlier?.filter((_, index) => !isBack[index]);
}

/**
 * Returns the keys of the accounts behind every group that goes, and behind the groups inside a group that loses members,
 * by the group's key.
 */
export async function peopleBehind(
  reducing: readonly Step[],
  before: LiveDirectory,
): Promise<Record<string, readonly string[]>> {
  const behind: Record<string, readonly string[]> = {};
  for (const step of reducing) {
    const { kind, id } = step;
    if (id === undefined || memberLists(resourceOf(kind)).length === 0) continue;
    if (!goes(step) && removedMembers(step).length === 0) continue;
    const inside = goes(step) ? [{ kind, id }] : await before.members({ kind, id });
    for (const group of inside.filter((member) => !resourceOf(member.kind).account))
      behind[principalKey(group)] ??= (await membersWithin(before, [group])).flatMap(({ kind, id }) =>
        resourceOf(kind).account ? objectKey(kind, id) : [],
      );
  }
  return behind;
}

/** Returns whether a step writes something and does not reduce access. */
export function grantsAccess(step: Step): boolean {
  return !reducesAccess(step) && ['create', 'update', 'replace', 'reactivate'].includes(step.operation);
}

/**
 * Returns the keys of reductions that are safe only if a grant of the same plan succeeds first, such as replacing the
 * last Owner.
 */
export async function reductionsNeedingGrants(
  reader: TenantReader,
  steps: readonly Step[],
  { orphans, retired }: GuardEvidence,
  before: LiveDirectory = liveDirectory(reader),
): Promise<ReadonlySet<string>> {
  if (!steps.some(grantsAccess)) return new Set();
  const alone = await gatherEvidence(reader, steps.filter(reducesAccess), before, { retired });
  const known = new Set(orphans.map(({ kind, id }) => objectKey(kind, id)));
  const added = alone.orphans.filter(({ kind, id }) => !known.has(objectKey(kind, id)));
  return new Set(added.flatMap((orphan) => orphan.steps));
}

/**
 * Returns the protected names among the members of each group that loses access or leaves another group, by the
 * group's key.
 */
async function protectedWithin(
  reader: TenantReader,
  reducing: readonly Step[],
  before: LiveDirectory,
): Promise<Record<string, readonly string[]>> {
  const groups = new Map<string, Principal>();
  for (const step of reducing) {
    for (const principal of await losingPrincipals(reader, step)) {
      if (!resourceOf(principal.kind).account) groups.set(principalKey(principal), principal);
    }
  }
  if (groups.size === 0) return {};
  const names = await protectedKeys(reader);
  const within: Record<string, readonly string[]> = {};
  for (const group of groups.values()) {
    const inside = (await membersWithin(before, [group])).flatMap((each) => names.get(principalKey(each)) ?? []);
    if (inside.length > 0) within[principalKey(group)] = inside.sort();
  }
  return within;
}

/** Returns the principal whose edge a step removes or lowers, or the members that the step removes from a list. */
async function losingPrincipals(reader: TenantReader, step: Step): Promise<Principal[]> {
  const principal = reducesRight(step) ? principalOf(step.kind, step.before) : undefined;
  const losing = principal ? [principal] : [];
  for (const id of removedMembers(step)) {
    const kinds = memberKinds(resourceOf(step.kind));
    await reader.translator.load({ kinds, id });
    const kind = reader.translator.kindOf(kinds, id);
    if (kind !== undefined) losing.push({ kind, id });
  }
  return losing;
}

/**
 * Returns the protected names by key of their user or group. Names of API clients are left out, because they are
 * neither.
 */
async function protectedKeys(reader: TenantReader): Promise<Map<string, string>> {
  const kinds = holderKinds();
  const keys = new Map<string, string>();
  for (const name of reader.tenant.settings.protectedPrincipals) {
    for (const kind of kinds) {
      const found = await reader.snapshot.view(kind).byKey({ [resourceOf(kind).key[0]!]: name });
      for (const live of found) {
        reader.translator.addRemote(kind, live);
        keys.set(principalKey({ kind, id: live.id }), name);
      }
    }
  }
  return keys;
}
