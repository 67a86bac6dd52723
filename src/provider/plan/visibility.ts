import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { edgesWithKey } from '../read/edges.js';
import { type Membership, managedMemberships } from '../read/memberships.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { isListedByPrincipal, scopeKind } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { labelOf } from '../resources/keys.js';
import { nameOrId } from './build-removal.js';
import { missingMemberships } from './hidden-members.js';
import type { PlanContext } from './plan-context.js';

/** So many of a kind, or this share if that is more, may be gone without a doubt about what the account can see. */
const FEW = 3;
const SHARE = 0.05;

export function isTooManyMissing(missing: number, held: number): boolean {
  return missing > Math.max(FEW, held * SHARE);
}

/** Names that an error repeats. */
const SHOWN = 3;

/**
 * Measures what the run can see against what the ledger holds. An account that lost sight of folders or groups looks
 * just like a tenant where they were deleted (guide 004: visibility is ownership), so nothing is created or removed on
 * that evidence.
 * @throws DelineaErrors `sight_narrowed`, one for each kind of which too much is missing, and one for members of groups
 */
export async function checkVisibility(planning: PlanContext, owned: readonly OwnedObject[]): Promise<void> {
  let lost: Lost = { missing: [], hidden: [], untold: [], members: [] };
  const shown: OwnedObject[] = [];
  await runConcurrently(owned, async (entry) => {
    if (planning.input.forgotten?.includes(entry.address)) return;
    const seen = await visibilityOf(planning, entry);
    (seen === 'seen' ? shown : lost[seen]).push(entry);
  });
  lost.members = await membersMissing(planning, shown, lost);
  // What the service hides from us nobody can say is gone.
  const count = countOf(lost);
  const { input, tenant } = planning;
  planning.lost = { count, allowed: (input.allowMissing ?? tenant.settings.allowMissing) === count };
  if (planning.lost.allowed) lost = { ...lost, missing: [], members: [] };
  const kinds = [...new Set([...lost.missing, ...lost.hidden, ...lost.untold].map(({ kind }) => kind))].sort();
  const errors = await Promise.all(kinds.map((kind) => doubt(planning, kind, owned, lost)));
  const found = [...errors, await doubtMembers(planning, owned, lost)].flatMap((error) => error ?? []);
  if (found.length > 0) throw new DelineaErrors(found);
}

interface Lost {
  /** The service says that there is no such thing. */
  missing: OwnedObject[];
  /** The service refuses to tell. */
  hidden: OwnedObject[];
  /** The answer leaves out what would tell. */
  untold: OwnedObject[];
  /** Members of groups that show. */
  members: Membership[];
}

/** The number that `--allow-missing` must name. */
function countOf({ missing, members }: Lost): number {
  return missing.length + members.length;
}

/** Whoever is missing himself is counted as that, and not in each of his groups. */
async function membersMissing(
  planning: PlanContext,
  shown: readonly OwnedObject[],
  { missing, hidden, untold }: Lost,
): Promise<Membership[]> {
  const gone = new Set([...missing, ...hidden, ...untold].map(({ kind, id }) => objectKey(kind, id)));
  const members = await missingMemberships(planning, shown);
  return members.filter(({ of, list, member }) =>
    attributeOf(resourceOf(of.kind), list).refersTo.every((kind) => !gone.has(objectKey(kind, member))),
  );
}

/** The members of groups, counted like the other edges. */
async function doubtMembers(
  planning: PlanContext,
  owned: readonly OwnedObject[],
  lost: Lost,
): Promise<DelineaError | undefined> {
  const { members } = lost;
  const held = managedMemberships(owned).length;
  const [first] = members;
  if (!first || !isTooManyMissing(members.length, held)) return undefined;
  const { kind } = first.of;
  const names = await Promise.all(
    members.slice(0, SHOWN).map(async ({ of, list, member }) => {
      await planning.translator.load(attributeOf(resourceOf(kind), list).refersTo, member).catch(() => undefined);
      return `${nameOrId(planning, kind, list, member)} in ${String(of.key[resourceOf(kind).key[0]!])}`;
    }),
  );
  const others = members.length > SHOWN ? `, and ${members.length - SHOWN} more` : '';
  return new DelineaError(
    'visibility_reduced',
    `${members.length} of ${held} ${first.list} of ${resourceOf(kind).plural} that are ours do not show on the ${planning.tenant.home(kind).title}: ${names.join(', ')}${others}`,
    { hint: hintFor(lost) },
  );
}

function hintFor(lost: Lost): string {
  const count = countOf(lost);
  return count === 0
    ? 'Give the account back what it could see before.'
    : `Check what the account may see; if they are really gone, say so: --allow-missing ${count}.`;
}

async function doubt(
  planning: PlanContext,
  kind: string,
  owned: readonly OwnedObject[],
  lost: Lost,
): Promise<DelineaError | undefined> {
  const { missing, hidden, untold } = lost;
  const resource = resourceOf(kind);
  const ofKind = (entry: OwnedObject) => entry.kind === kind;
  const held = owned.filter(ofKind).length;
  const gone = [...missing, ...hidden, ...untold].filter(ofKind);
  const empty = await emptyList(planning, resource);
  if (empty === undefined && !isTooManyMissing(gone.length, held)) return undefined;
  const { title } = planning.tenant.home(kind);
  const names = gone
    .slice(0, SHOWN)
    .map(({ key }) => labelOf(kind, key, (name, value) => nameOrId(planning, kind, name, value)));
  const others = gone.length > SHOWN ? `, and ${gone.length - SHOWN} more` : '';
  const refused = hidden.filter(ofKind).length;
  const silent = untold.filter(ofKind).length;
  const why = [
    ...(empty === undefined ? [] : [`its list of ${empty} is empty`]),
    ...(refused === 0 ? [] : [`it refuses to show ${refused} of them (403)`]),
    ...(silent === 0 ? [] : [`its answers leave out what would tell of ${silent} of them`]),
  ];
  return new DelineaError(
    'visibility_reduced',
    `${gone.length} of ${held} ${resource.plural} that are ours do not show on the ${title}: ${[names.join(', ') + others, ...why].join('; ')}`,
    { hint: hintFor(lost) },
  );
}

/** What there is none of at all, of a kind itself or of the places of its edges; undefined: there are some. */
async function emptyList(planning: PlanContext, resource: Resource): Promise<string | undefined> {
  if (isEdge(resource) && isListedByPrincipal(resource)) return undefined;
  const kind = isEdge(resource) ? scopeKind(resource) : resource.type;
  return (await planning.snapshot.view(kind).count()) === 0 ? resourceOf(kind).plural : undefined;
}

async function visibilityOf(
  planning: PlanContext,
  { kind, id, key }: OwnedObject,
): Promise<'seen' | 'missing' | 'hidden' | 'untold'> {
  const resource = resourceOf(kind);
  try {
    const found = isEdge(resource)
      ? (await edgesWithKey(planning, resource, key)).length > 0
      : (await planning.snapshot.view(kind).byId(id)) !== undefined;
    return found ? 'seen' : 'missing';
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    if (error.code === 'forbidden') return 'hidden';
    if (error.code === 'incomplete_response') return 'untold';
    // These are faults of the one object, and are reported with it.
    if (error.code === 'skipped' || error.code === 'ambiguous') return 'seen';
    throw error;
  }
}
