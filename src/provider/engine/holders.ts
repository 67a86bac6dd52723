import { kindsMeant, type Resource, type Values } from '../resource.js';
import { resourceOf, resources } from '../resources/index.js';
import { elementsOf } from '../wire.js';
import { foldCase, keyText } from './diff.js';
import { edgeLabel, edgesAround, homeValues } from './edges.js';
import type { UnmanagedObject } from './format.js';
import { isEdge, type LiveEdge, type Planning } from './planning.js';
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
    for (const { live, values } of await holders(
      planning,
      resource,
      declared.map(({ resolved }) => resolved!),
    )) {
      if (
        known.has(live.id) ||
        meant.has(keyText(resource, values)) ||
        (await isOwnAccount(planning, resource, values))
      )
        continue;
      await nameHolder(planning, resource, values);
      planning.findings.push({
        level: 'drift',
        code: 'added_out_of_band',
        message: `${edgeLabel(planning, resource.type, values)}: added outside of code`,
        hint: 'Declare it, or revoke it in the tenant; it is not removed, since it was never ours.',
      });
    }
  }
}

async function holders(planning: Planning, resource: Resource, declared: readonly Values[]): Promise<LiveEdge[]> {
  const { wire, surface } = planning.tenant.collection(resource.type);
  if (!wire.element) {
    const scopes = new Map(declared.map((values) => [String(values[wire.scope!]), values]));
    return (await Promise.all([...scopes.values()].map((values) => edgesAround(planning, resource, values)))).flat();
  }
  const element = wire.element;
  const roles = new Map(declared.map((values) => [foldCase(values[element.value]), String(values[element.value])]));
  const kinds = resource.attributes.find(({ name }) => name === element.idIn)?.refersTo ?? [];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      if (!(kind in surface.serves)) return [];
      const view = planning.snapshot.view(kind, surface.name);
      const unseen = (seen: string): LiveEdge[] => {
        const message = `other holders of ${[...roles.values()].join(', ')} were not looked for: ${seen}`;
        planning.findings.push({ level: 'note', code: 'not_seen', message });
        return [];
      };
      if (!view.complete && !(await view.listIfWithin(PAGES_FOR_SIGHT))) {
        return unseen(`only the declared ones of ${view.total ?? 'many'} ${kind}s were read`);
      }
      const carriers = await view.all();
      if (carriers.some(({ id }) => view.seen(id)?.values[element.array] === undefined)) {
        return unseen(`the list of ${kind}s leaves out their ${element.array}`);
      }
      const edges = carriers.flatMap((carrier) => elementsOf(element, kind, view.seen(carrier.id) ?? carrier));
      return Promise.all(
        edges
          .filter(({ values }) => roles.has(foldCase(values[element.value])))
          .map(async (live) => ({ live, values: await homeValues(planning, resource.type, live) })),
      );
    }),
  );
  return lists.flat();
}

/** The account that the run itself logs in as holds rights by necessity. */
async function isOwnAccount(planning: Planning, resource: Resource, values: Values): Promise<boolean> {
  for (const attribute of resource.attributes) {
    const [kind] = attribute.refersBy === undefined ? [] : kindsMeant(attribute, values);
    if (kind === undefined || !resourceOf(kind).account) continue;
    const id = String(values[attribute.name]);
    await planning.identity.learn([kind], id);
    const name = foldCase(planning.identity.nameOf(id));
    if (planning.tenant.settings.ownAccounts.some((own) => foldCase(own) === name)) return true;
  }
  return false;
}

async function nameHolder(planning: Planning, resource: Resource, values: Values): Promise<void> {
  for (const attribute of resource.attributes) {
    if (attribute.refersBy !== undefined)
      await planning.identity.learn(kindsMeant(attribute, values), String(values[attribute.name]));
  }
}

/** What lives in the tenant and neither code nor ledger speaks of. Reads the whole list of every kind that has a name. */
export async function findUnmanaged(planning: Planning): Promise<UnmanagedObject[]> {
  const spoken = spokenOf(planning);
  const ours = new Set((planning.input.owned ?? []).map(({ kind, id }) => `${kind} ${id}`));
  const kinds = resources.filter((resource) => resource.removal && !isEdge(resource));
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
