import type { OwnedObject } from '../engine/declaration.js';
import { keyText } from '../engine/diff.js';
import { edgesLike, homeValues, severalLike } from '../engine/edges.js';
import { holdersOf } from '../engine/holders.js';
import { memberLists } from '../engine/losses.js';
import { isOwnAccount } from '../engine/own-account.js';
import { isEdge, type Reading } from '../engine/planning.js';
import { withState } from '../engine/state.js';
import { DelineaError } from '../errors.js';
import { foldCase } from '../fold-case.js';
import { pick, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import { assumedEmpty, type Piece, scopeOf } from './piece.js';
import { placed } from './place.js';

/** A live object; references are ids of home surfaces. */
export interface LivePiece {
  readonly id: string;
  readonly values: Values;
}

/**
 * Reads what the state speaks of as it lives now. undefined: the service itself says that there is no such thing.
 * @param owned what the state says of it
 * @throws DelineaError why it could not be read: `forbidden` is not gone, and `unread` is not empty
 */
export async function readOne(
  reading: Reading,
  piece: Piece,
  owned: readonly OwnedObject[],
): Promise<LivePiece | undefined> {
  const { resource, state = {} } = piece;
  if (resource.setOf) {
    const scope = await scopeOf(reading, resource, await placed(reading, piece));
    return readSet(reading, resource, scope, owned);
  }
  const [entry] = owned;
  if (!entry) return undefined;
  if (isEdge(resource)) {
    const same = await edgesLike(reading, resource, entry.key);
    if (same.length <= 1) return same[0] && { id: same[0].live.id, values: same[0].values };
    throw severalLike(reading, resource, same);
  }
  const found = await reading.snapshot.view(resource.type).byId(entry.id);
  const unread = assumedEmpty(piece);
  const names = Object.keys(state).filter((name) => !unread.includes(name));
  return found && readWhole(reading, resource, found, names);
}

/** @param names what must not be missing only because a list left it out */
export async function readWhole(
  reading: Reading,
  resource: Resource,
  found: Live,
  names: readonly string[],
): Promise<LivePiece> {
  const { wire } = reading.tenant.collection(resource.type);
  const shown = names.filter((name) => name in wire.fields);
  const live = await reading.snapshot.view(resource.type).filled(await withState(reading, resource, found), shown);
  reading.identity.see(resource.type, live);
  const values = await homeValues(reading, resource.type, live);
  return { id: live.id, values };
}

/** @throws DelineaError `unread` where a list that had somebody does not show: that is not an empty one */
export function refuseHidden({ resource, state = {}, memory = {} }: Piece, { values }: LivePiece): void {
  for (const name of memberLists(resource)) {
    const known = (state[name] as readonly string[] | undefined) ?? memory.held?.[name] ?? [];
    if (known.length === 0 || Array.isArray(values[name])) continue;
    throw new DelineaError('unread', `its ${name} do not show, and the state knows ${known.length}`, {
      path: name,
      hint: 'Check what the account may see: nothing is concluded from that.',
    });
  }
}

/** Every edge of one place; the run's own account keeps its own, unless code speaks of it. */
export async function readSet(
  reading: Reading,
  resource: Resource,
  scope: string,
  owned: readonly OwnedObject[],
): Promise<LivePiece | undefined> {
  const { setOf } = resource;
  const edge = resourceOf(setOf!.kind);
  const { edges, unseen } = await holdersOf(reading, edge, [{ [setOf!.scope]: scope }], { each: true });
  if (unseen.length > 0) {
    throw new DelineaError('list_incomplete', `who is there cannot be seen: ${unseen.join('; ')}`, {
      hint: 'Declare each edge for itself, which leaves others alone.',
    });
  }
  const known = new Set(owned.map(({ key }) => keyText(edge, key)));
  const fields = resource.attributes.find(({ name }) => name === setOf!.elements)!.fields.map(({ name }) => name);
  const elements: Values[] = [];
  for (const { values } of edges) {
    const declared = known.has(keyText(edge, values));
    if (declared || !(await isOwnAccount(reading, edge, values))) elements.push(pick(values, fields));
  }
  elements.sort((left, right) => foldCase(JSON.stringify(left)).localeCompare(foldCase(JSON.stringify(right))));
  return { id: scope, values: { [setOf!.scope]: scope, [setOf!.elements]: elements } };
}
