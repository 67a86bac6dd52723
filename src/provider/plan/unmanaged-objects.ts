import { isEdge, objectKey } from '../model/keys.js';
import type { UnmanagedObject } from '../model/plan.js';
import { resources } from '../resources/index.js';
import type { PlanContext } from './plan-context.js';
import { plannedObjects } from './plan-removed.js';

/** Lists the objects that are neither declared nor owned. Reads the full list of every kind that has a name. */
export async function findUnmanaged(context: PlanContext): Promise<UnmanagedObject[]> {
  const owned = (context.input.owned ?? []).map(({ kind, id }) => objectKey(kind, id));
  const known = new Set([...plannedObjects(context), ...owned]);
  const kinds = resources.filter((resource) => resource.removal && !isEdge(resource) && !resource.authoritativeFor);
  const lists = await Promise.all(
    kinds.map(async ({ type }) => {
      const all = await context.snapshot.view(type).all();
      return all
        .filter(({ id }) => !known.has(objectKey(type, id)))
        .map((live) => ({ kind: type, id: live.id, name: context.translator.nameFrom(type, live) }));
    }),
  );
  return lists.flat().sort((left, right) => `${left.kind}${left.name}`.localeCompare(`${right.kind}${right.name}`));
}
