import type { Declaration, OwnedObject } from '../engine/declaration.js';
import { homeValues } from '../engine/edges.js';
import { foldSets } from '../engine/fold-sets.js';
import type { Finding, ResourceChange } from '../engine/format.js';
import { faultsIn, openPlanning, planChanges } from '../engine/plan-changes.js';
import { isEdge, labelOf, type Planning, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { pick } from '../resource.js';
import { addressOf, type Piece } from './piece.js';
import type { LivePiece } from './read-one.js';
import { unchanged } from './run-guard.js';

/** What it takes to make one piece so. */
export interface OnePlan {
  readonly change: ResourceChange;
  readonly findings: readonly Finding[];
  /** The live object as it was read; edges of a set stand in the change. */
  readonly live: LivePiece | undefined;
}

/** Beside the piece: what this run knows of it. */
export interface Knowledge {
  /** Users whom the run itself disabled a moment ago. */
  readonly reactivate?: readonly string[];
  /** Its object was found to be deleted outside of code. */
  readonly vanished?: OwnedObject | undefined;
}

/**
 * Plans one piece for itself, as the embedded engine plans a stack of one.
 * @param owned what the state says of it
 * @throws DelineaError for the fault of the piece, of several edges of a set for the first that has one; DelineaErrors for
 * what no surface serves, and for several reads that failed
 */
export async function planOne(
  reading: Reading,
  piece: Piece,
  owned: readonly OwnedObject[],
  { reactivate, vanished }: Knowledge = {},
): Promise<OnePlan> {
  const { resource, declared, state, memory } = piece;
  const address = addressOf(piece, declared ?? state ?? {});
  const declaration: Declaration | undefined = declared && {
    address,
    kind: resource.type,
    values: pick(
      declared,
      resource.attributes.filter(({ computed }) => !computed).map(({ name }) => name),
    ),
    lookup: false,
    dependsOn: [],
    preventDestroy: false,
    // Who else is in a list decides nothing that is not known yet: the apply compares what it takes over.
    ignoreChanges: owned.length === 0 && declared.adopt !== 'always' ? (piece.partly ?? []) : [],
  };
  const mine = [...owned, ...(vanished ? [vanished] : [])].map((entry) => ({ ...entry, address }));
  const planning = openPlanning(
    reading,
    {
      stack: '',
      declarations: declaration ? [declaration] : [],
      owned: mine,
      reactivate: reactivate ?? [],
      spent: mine.flatMap(({ kind, id, key }) => (memory?.spent ?? []).map((consent) => ({ kind, id, key, consent }))),
    },
    declaration ? [declaration] : [],
    mine,
  );
  planning.lost = { count: 0, allowed: false };
  await planChanges(planning, mine, async () => undefined);
  foldSets(planning);
  refuseFaults(planning);
  const change = planning.changes.find(({ deposed }) => deposed === undefined);
  if (!change && resource.setOf && !declared) return emptySet(reading, piece, address);
  if (!change) throw new DelineaError('rejected', `internal error: no plan for ${address}`);
  return { change, findings: planning.findings, live: await liveIn(planning, address) };
}

/** A whole set that holds nobody and is declared no more: there is nothing to take away. */
function emptySet({ tenant }: Reading, { resource, state = {} }: Piece, address: string): OnePlan {
  const none = unchanged(resource.type, address, {}, tenant.home(resource.type).name);
  const label = labelOf(resource.type, state, (_, value) => String(value));
  return { change: { ...none, delinea: { ...none.delinea, label, parts: [] } }, findings: [], live: undefined };
}

function refuseFaults(planning: Planning): void {
  const faults = [...faultsIn(planning), ...planning.findings.filter(({ level }) => level === 'error')];
  const [first] = faults;
  if (!first) return;
  throw new DelineaError(first.code as DelineaError['code'], first.message, { hint: first.hint, path: first.address });
}

async function liveIn(planning: Planning, address: string): Promise<OnePlan['live']> {
  const match = planning.matches.get(address);
  if (!match?.live) return undefined;
  const { live, resource } = match;
  const values = isEdge(resource) ? live.values : await homeValues(planning, resource.type, live);
  return { id: live.id, values };
}
