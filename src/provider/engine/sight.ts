import { DelineaError, DelineaErrors } from '../errors.js';
import { resourceOf } from '../resources/index.js';
import type { OwnedObject } from './declaration.js';
import { edgesLike } from './edges.js';
import { isEdge, type Planning, together } from './planning.js';

/** So many of a kind, or this share if that is more, may be gone without a doubt about what the account can see. */
const FEW = 3;
const SHARE = 0.05;

/**
 * Measures what the run can see against what the ledger holds. An account that lost sight of folders or groups looks
 * just like a tenant where they were deleted (guide 004: visibility is ownership), so nothing is created or removed on
 * that evidence.
 * @throws DelineaErrors `sight_narrowed`, one for each kind of which too much is missing
 */
export async function checkSight(planning: Planning, owned: readonly OwnedObject[]): Promise<void> {
  const missing: OwnedObject[] = [];
  await together(owned, async (entry) => {
    if (!planning.input.forgotten?.includes(entry.address) && !(await isSeen(planning, entry))) missing.push(entry);
  });
  if (missing.length === 0 || planning.input.allowMissing === missing.length) return;
  const errors = [...new Set(missing.map(({ kind }) => kind))].sort().flatMap((kind) => {
    const { plural } = resourceOf(kind);
    const held = owned.filter((entry) => entry.kind === kind).length;
    const gone = missing.filter((entry) => entry.kind === kind).length;
    if (gone <= Math.max(FEW, held * SHARE)) return [];
    const { title } = planning.tenant.home(kind);
    return [
      new DelineaError('sight_narrowed', `${gone} of ${held} ${plural} that are ours do not show on the ${title}`, {
        hint: `Check what the account may see; if they are really gone, say so: --allow-missing ${missing.length}.`,
      }),
    ];
  });
  if (errors.length > 0) throw new DelineaErrors(errors);
}

/** A 403 on one object is that object's own fault, and is reported with it. */
async function isSeen(planning: Planning, { kind, id, key }: OwnedObject): Promise<boolean> {
  const resource = resourceOf(kind);
  try {
    if (!isEdge(resource)) return (await planning.snapshot.view(kind).byId(id)) !== undefined;
    return (await edgesLike(planning, resource, key)).length > 0;
  } catch (error) {
    if (error instanceof DelineaError && ['forbidden', 'skipped', 'ambiguous'].includes(error.code)) return true;
    throw error;
  }
}
