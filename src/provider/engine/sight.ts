import { DelineaError, DelineaErrors } from '../errors.js';
import { attributeOf, type Resource } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { OwnedObject } from './declaration.js';
import { edgesLike } from './edges.js';
import { isEdge, labelOf, type Planning, together } from './planning.js';
import { called } from './removal.js';

/** So many of a kind, or this share if that is more, may be gone without a doubt about what the account can see. */
const FEW = 3;
const SHARE = 0.05;

/** Names that an error repeats. */
const SHOWN = 3;

/**
 * Measures what the run can see against what the ledger holds. An account that lost sight of folders or groups looks
 * just like a tenant where they were deleted (guide 004: visibility is ownership), so nothing is created or removed on
 * that evidence.
 * @throws DelineaErrors `sight_narrowed`, one for each kind of which too much is missing
 */
export async function checkSight(planning: Planning, owned: readonly OwnedObject[]): Promise<void> {
  const lost: Lost = { missing: [], hidden: [] };
  await together(owned, async (entry) => {
    if (planning.input.forgotten?.includes(entry.address)) return;
    const seen = await sightOf(planning, entry);
    if (seen !== 'seen') lost[seen].push(entry);
  });
  // What the service hides from us nobody can say is gone.
  if (planning.input.allowMissing === lost.missing.length) lost.missing = [];
  const kinds = [...new Set([...lost.missing, ...lost.hidden].map(({ kind }) => kind))].sort();
  const errors = await Promise.all(kinds.map((kind) => doubt(planning, kind, owned, lost)));
  const found = errors.flatMap((error) => error ?? []);
  if (found.length > 0) throw new DelineaErrors(found);
}

interface Lost {
  /** The service says that there is no such thing. */
  missing: OwnedObject[];
  /** The service refuses to tell. */
  hidden: OwnedObject[];
}

async function doubt(
  planning: Planning,
  kind: string,
  owned: readonly OwnedObject[],
  { missing, hidden }: Lost,
): Promise<DelineaError | undefined> {
  const resource = resourceOf(kind);
  const ofKind = (entry: OwnedObject) => entry.kind === kind;
  const held = owned.filter(ofKind).length;
  const gone = [...missing, ...hidden].filter(ofKind);
  const empty = await emptyList(planning, resource);
  if (empty === undefined && gone.length <= Math.max(FEW, held * SHARE)) return undefined;
  const { title } = planning.tenant.home(kind);
  const names = gone
    .slice(0, SHOWN)
    .map(({ key }) => labelOf(kind, key, (name, value) => called(planning, kind, name, value)));
  const others = gone.length > SHOWN ? `, and ${gone.length - SHOWN} more` : '';
  const refused = hidden.filter(ofKind).length;
  const why = [
    ...(empty === undefined ? [] : [`its list of ${empty} is empty`]),
    ...(refused === 0 ? [] : [`it refuses to show ${refused} of them (403)`]),
  ];
  return new DelineaError(
    'sight_narrowed',
    `${gone.length} of ${held} ${resource.plural} that are ours do not show on the ${title}: ${[names.join(', ') + others, ...why].join('; ')}`,
    {
      hint:
        missing.length === 0
          ? 'Give the account back what it could see before.'
          : `Check what the account may see; if they are really gone, say so: --allow-missing ${missing.length}.`,
    },
  );
}

/** What there is none of at all, of a kind itself or of the places of its edges; undefined: there are some. */
async function emptyList(planning: Planning, resource: Resource): Promise<string | undefined> {
  const scope = isEdge(resource) ? planning.tenant.collection(resource.type).wire.scope : undefined;
  const kind = isEdge(resource) ? scope && attributeOf(resource, scope).refersTo[0] : resource.type;
  if (kind === undefined) return undefined;
  return (await planning.snapshot.view(kind).count()) === 0 ? resourceOf(kind).plural : undefined;
}

async function sightOf(planning: Planning, { kind, id, key }: OwnedObject): Promise<'seen' | keyof Lost> {
  const resource = resourceOf(kind);
  try {
    const found = isEdge(resource)
      ? (await edgesLike(planning, resource, key)).length > 0
      : (await planning.snapshot.view(kind).byId(id)) !== undefined;
    return found ? 'seen' : 'missing';
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    if (error.code === 'forbidden') return 'hidden';
    // These are faults of the one object, and are reported with it.
    if (error.code === 'skipped' || error.code === 'ambiguous') return 'seen';
    throw error;
  }
}
