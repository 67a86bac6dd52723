import { foldCase } from '../model/fold-case.js';
import { isEdge, keyText } from '../model/keys.js';
import type { UnmanagedObject } from '../model/plan.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { edgeLabel } from '../read/edges.js';
import { readHolders } from '../read/holders.js';
import { isOwnAccount } from '../read/own-account.js';
import { resources } from '../resources/index.js';
import type { PlanContext } from './plan-context.js';
import { plannedObjects } from './plan-removed.js';

/** Pages that are read for the sake of seeing everyone, where the declared alone would not take them. */
const PAGES_FOR_SIGHT = 4;

/**
 * Reports every holder of a declared container or role that code knows nothing of: whoever was given access behind its
 * back. Nothing is removed on that account.
 */
export async function findUndeclaredHolders(planning: PlanContext): Promise<void> {
  for (const resource of resources.filter(isEdge)) {
    const declared = [...planning.matches.values()].filter(
      (match) => match.resource === resource && match.resolved && !match.error && !match.declaration.lookup,
    );
    if (declared.length === 0) continue;
    const known = new Set(
      planning.changes.filter(({ delinea }) => delinea.kind === resource.type).map(({ delinea }) => delinea.id),
    );
    const meant = new Set([
      ...declared.map(({ resolved }) => keyText(resource, resolved!)),
      ...(planning.input.owned ?? [])
        .filter(({ kind }) => kind === resource.type)
        .map(({ key }) => keyText(resource, key)),
    ]);
    const scopes = declared.map(({ resolved }) => resolved!);
    const effort = planning.input.thorough ? { perObject: true } : { maxPages: PAGES_FOR_SIGHT };
    const { edges, unread } = await readHolders(planning, resource, scopes, effort);
    reportUnread(planning, resource, scopes, unread);
    for (const { live, values } of edges) {
      if (
        known.has(live.id) ||
        meant.has(keyText(resource, values)) ||
        (await isOwnAccount(planning, resource, values))
      )
        continue;
      await planning.translator.loadEnds(resource, values);
      planning.findings.push({
        level: 'drift',
        code: 'added_out_of_band',
        message: `${edgeLabel(planning, resource.type, values)}: added outside of code`,
        hint: 'Declare it, or revoke it in the tenant; it is not removed, since it was never ours.',
      });
    }
  }
}

/** Where nobody could look, "nobody else" would be a guess. */
function reportUnread(
  planning: PlanContext,
  resource: EdgeResource,
  scopes: readonly Values[],
  unseen: readonly string[],
): void {
  const { scope } = resource.edge;
  const names = new Map(scopes.map((values) => [foldCase(values[scope]), values[scope]]));
  for (const why of unseen) {
    const message = `other holders of ${[...names.values()].join(', ')} were not looked for: ${why}`;
    planning.findings.push({ level: 'note', code: 'not_seen', message, hint: 'delinea-iac drift reads them all.' });
  }
}

/** What lives in the tenant and neither code nor ledger speaks of. Reads the whole list of every kind that has a name. */
export async function findUnmanaged(planning: PlanContext): Promise<UnmanagedObject[]> {
  const spoken = plannedObjects(planning);
  const ours = new Set((planning.input.owned ?? []).map(({ kind, id }) => `${kind} ${id}`));
  const kinds = resources.filter((resource) => resource.removal && !isEdge(resource) && !resource.authoritativeFor);
  const lists = await Promise.all(
    kinds.map(async ({ type }) => {
      const all = await planning.snapshot.view(type).all();
      return all
        .filter(({ id }) => !spoken.has(`${type} ${id}`) && !ours.has(`${type} ${id}`))
        .map((live) => ({ kind: type, id: live.id, name: planning.translator.nameFrom(type, live) }));
    }),
  );
  return lists.flat().sort((left, right) => `${left.kind}${left.name}`.localeCompare(`${right.kind}${right.name}`));
}
