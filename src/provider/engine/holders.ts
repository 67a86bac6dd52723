import { foldCase } from '../fold-case.js';
import type { Resource, Values } from '../resource.js';
import { resources } from '../resources/index.js';
import { elementsOf } from '../wire.js';
import { keyText } from './diff.js';
import { atHome, edgeLabel, edgesAround } from './edges.js';
import type { UnmanagedObject } from './format.js';
import { isOwnAccount } from './own-account.js';
import { isEdge, type LiveEdge, type Planning, type Reading } from './planning.js';
import { spokenOf } from './removal.js';

/** Pages that are read for the sake of seeing everyone, where the declared alone would not take them. */
const PAGES_FOR_SIGHT = 4;

/**
 * Reports every holder of a declared container or role that code knows nothing of: whoever was given access behind its
 * back. Nothing is removed on that account.
 */
export async function findUndeclared(planning: Planning): Promise<void> {
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
    const effort = planning.input.thorough ? { each: true } : { pages: PAGES_FOR_SIGHT };
    const { edges, unseen } = await holdersOf(planning, resource, scopes, effort);
    noteUnseen(planning, resource, scopes, unseen);
    for (const { live, values } of edges) {
      if (
        known.has(live.id) ||
        meant.has(keyText(resource, values)) ||
        (await isOwnAccount(planning, resource, values))
      )
        continue;
      await planning.identity.learnEnds(resource, values);
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
function noteUnseen(
  planning: Planning,
  resource: Resource,
  scopes: readonly Values[],
  unseen: readonly string[],
): void {
  const { element } = planning.tenant.collection(resource.type).wire;
  const names = new Map(scopes.map((values) => [foldCase(values[element?.value ?? '']), values[element?.value ?? '']]));
  for (const why of unseen) {
    const message = `other holders of ${[...names.values()].join(', ')} were not looked for: ${why}`;
    planning.findings.push({ level: 'note', code: 'not_seen', message, hint: 'delinea-iac drift reads them all.' });
  }
}

/** How much may be read where only the lists of all users and groups tell. */
export interface Effort {
  /** Pages at most; unset: all. */
  readonly pages?: number;
  /** Whether each user and group may be read by itself, where a list leaves out what is asked for. */
  readonly each?: boolean;
}

/** Who holds what, and what of that could not be seen. */
export interface Holders {
  readonly edges: readonly LiveEdge[];
  /** For people: why there may be others. */
  readonly unseen: readonly string[];
}

/** Every live edge of some containers or roles. What is beyond the effort is said to be unseen. */
export async function holdersOf(
  planning: Reading,
  resource: Resource,
  scopes: readonly Values[],
  { pages = Number.POSITIVE_INFINITY, each = false }: Effort = {},
): Promise<Holders> {
  const { wire, surface } = planning.tenant.collection(resource.type);
  if (!wire.element) {
    const places = new Map(scopes.map((values) => [String(values[wire.scope!]), values]));
    const edges = await Promise.all([...places.values()].map((values) => edgesAround(planning, resource, values)));
    return { edges: edges.flat(), unseen: [] };
  }
  const element = wire.element;
  const wanted = new Set(scopes.map((values) => foldCase(values[element.value])));
  const kinds = resource.attributes.find(({ name }) => name === element.idIn)?.refersTo ?? [];
  const lists = await Promise.all(
    kinds.map(async (kind): Promise<Holders> => {
      if (!(kind in surface.serves)) return { edges: [], unseen: [] };
      const view = planning.snapshot.view(kind, surface.name);
      if (!view.complete && !(await view.listIfWithin(pages))) {
        return { edges: [], unseen: [`only the declared ones of ${view.total ?? 'many'} ${kind}s were read`] };
      }
      const carriers = await view.all();
      if (each) await Promise.all(carriers.map((carrier) => view.filled(carrier, [element.array])));
      if (carriers.some(({ id }) => !Array.isArray(view.seen(id)?.values[element.array]))) {
        return { edges: [], unseen: [`the list of ${kind}s leaves out their ${element.array}`] };
      }
      const edges = carriers.flatMap((carrier) => elementsOf(element, kind, view.seen(carrier.id) ?? carrier));
      const held = edges.filter(({ values }) => wanted.has(foldCase(values[element.value])));
      return { edges: await atHome(planning, resource.type, held), unseen: [] };
    }),
  );
  return { edges: lists.flatMap(({ edges }) => edges), unseen: lists.flatMap(({ unseen }) => unseen) };
}

/** What lives in the tenant and neither code nor ledger speaks of. Reads the whole list of every kind that has a name. */
export async function findUnmanaged(planning: Planning): Promise<UnmanagedObject[]> {
  const spoken = spokenOf(planning);
  const ours = new Set((planning.input.owned ?? []).map(({ kind, id }) => `${kind} ${id}`));
  const kinds = resources.filter((resource) => resource.removal && !isEdge(resource) && !resource.setOf);
  const lists = await Promise.all(
    kinds.map(async ({ type }) => {
      const all = await planning.snapshot.view(type).all();
      return all
        .filter(({ id }) => !spoken.has(`${type} ${id}`) && !ours.has(`${type} ${id}`))
        .map((live) => ({ kind: type, id: live.id, name: planning.identity.nameFrom(type, live) }));
    }),
  );
  return lists.flat().sort((left, right) => `${left.kind}${left.name}`.localeCompare(`${right.kind}${right.name}`));
}
