import { findNamed, referenceTo } from '../engine/catalog.js';
import { derivedKey } from '../engine/correlation.js';
import { isReference, type OwnedObject } from '../engine/declaration.js';
import { isPending, keyText } from '../engine/diff.js';
import type { ResourceChange, Step } from '../engine/format.js';
import { heldBy, ownedFrom } from '../engine/owned-from.js';
import { isEdge, nameKey, type Reading } from '../engine/planning.js';
import { edgesIn } from '../engine/sets.js';
import { DelineaError, type ErrorCode } from '../errors.js';
import { terraformType } from '../names.js';
import { attributeOf, isCleared, pick, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { NotKnownYet } from './not-known-yet.js';
import { placed, placeOfEdge } from './place.js';

/** What a state cannot say in attributes and a later run must know. Plain data without secrets. */
export interface Memory {
  /** The correlation key that code gave the object. */
  readonly correlation?: string;
  /** Consents that stood in code: each works once. */
  readonly spent?: readonly string[];
  /** Of an edge, the id of its place: another may have its name by now. */
  readonly place?: string;
  /** By kind, the surface whose ids the state has: another may have given the same id to another object. */
  readonly homes?: Readonly<Record<string, string>>;
  /** The service said that it made it, and no read has shown it: its absence says nothing. */
  readonly unshown?: boolean;
  /** What the plan knew and its apply must know; every plan says it anew. */
  readonly planned?: PlannedMemory;
  /** Ids in its lists, as code last had them. */
  readonly held?: Readonly<Record<string, readonly string[]>>;
  /**
   * Attributes that an import found unset. The state has them as empty, though code need not speak of them: where a list
   * leaves them out they are not worth a read of each object.
   */
  readonly unset?: readonly string[];
}

/** What the plan of a removal knew. Of what is declared, Terraform asks for another plan when it applies, and keeps that. */
export interface PlannedMemory {
  /** It was found declared at another address: its removal here removes nothing. */
  readonly stays?: boolean;
  /** There was nothing to take away: it was gone, inactive or is to be retained. */
  readonly forgets?: boolean;
  /** As it was when its removal was planned, of a whole set its edges: Terraform passes on what the state had before that. */
  readonly seen?: Values;
  /** Edges of a removed set that are declared at another address, by their names: they stay. */
  readonly kept?: readonly string[];
  /** What was answered as going before it was told that another address declares it: whoever is asked later says so for it. */
  readonly others?: readonly string[];
  /** The address of the tenant that it was planned on. */
  readonly tenant?: string;
  /** The tenant was not known: no guard has judged it. */
  readonly blind?: boolean;
}

/** One object, edge or whole set as Terraform speaks of it. */
export interface Piece {
  readonly resource: Resource;
  /** As code declares it, what is not known yet left out; unset: code declares it no more. */
  readonly declared?: Values | undefined;
  /** Of a whole set: its elements that are not wholly known yet. */
  readonly open?: NotKnownYet | undefined;
  /** Lists of which some elements are not known yet, and left out of `declared`. */
  readonly partly?: readonly string[] | undefined;
  /** As the state has it; unset: it is to be created. */
  readonly state?: Values | undefined;
  /** Of one that is to be removed: what its address declares in its place. */
  readonly next?: Values | undefined;
  readonly memory?: Memory | undefined;
}

/**
 * What stands in for the address, which a provider is not told: unique by the natural key, and of Terraform's form. A sign
 * that no name in code may have is its code point in hex: two keys with one address would be counted as one.
 */
export function addressOf({ resource }: Piece, values: Values): string {
  const name = resource.key.map((part) => escaped(String(values[part]))).join('-');
  return `${terraformType(resource.type)}.${name}`;
}

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

/** What the state says is ours; of a whole set its edges. @throws DelineaError `unknown_name` for a name that nothing has */
export async function ownedOf(reading: Reading, piece: Piece): Promise<OwnedObject[]> {
  const { resource, memory = {} } = piece;
  if (!piece.state) return [];
  refuseOtherSpaces(reading, piece);
  const state = await placed(reading, piece);
  const address = addressOf(piece, state);
  const derived = derivedKey(reading.tenant.settings, resource, state);
  const remembered = { address, correlation: memory.correlation ?? derived };
  const { setOf } = resource;
  if (!setOf) {
    // Lists of the state are as live; what code gave is remembered beside it.
    const shown = pick(state, ['id', ...resource.key, 'onRemoval', 'reactivate']);
    return [{ ...(await ownedFrom(reading, resource, shown, remembered)), held: memory.held }];
  }
  const edge = resourceOf(setOf.kind);
  const scope = await scopeOf(reading, resource, state);
  return Promise.all(
    edgesIn(setOf, { ...state, [setOf.scope]: scope }).map((ends) =>
      // An edge is found by its ends: the id of the state may be that of an earlier right.
      ownedFrom(reading, edge, { ...ends, id: keyText(edge, ends) }, remembered),
    ),
  );
}

/** The surfaces whose ids the state of a kind has, its own and those that it refers to. */
export function homesOf({ tenant }: Reading, { type, attributes, setOf }: Resource): Record<string, string> {
  const referred = setOf ? resourceOf(setOf.kind).attributes : attributes;
  const kinds = [...(setOf ? [] : [type]), ...referred.flatMap(({ refersTo }) => refersTo)];
  const withIds = kinds.filter((kind) => resourceOf(kind).referredBy === undefined);
  return Object.fromEntries(withIds.map((kind) => [kind, tenant.home(kind).name]));
}

/** @throws DelineaError `unread` where routing leads to a surface on which the ids of the state are others' */
function refuseOtherSpaces({ tenant }: Reading, piece: Piece): void {
  const { homes = {} } = piece.memory ?? {};
  const { surfaces } = tenant.settings;
  const other = Object.keys(homes).find((kind) => surfaces[homes[kind]!]?.idSpace !== tenant.home(kind).idSpace);
  if (other === undefined) return;
  const was = homes[other]!;
  throw new DelineaError(
    'unread',
    `${nameInState(piece)}: the state has ids of the ${surfaces[was]?.title ?? was}, and routing reads ${resourceOf(other).plural} from the ${tenant.home(other).title}, which has others`,
    {
      hint: 'Set routing back. To change it, take everything out of the state (terraform state rm) and import it again.',
    },
  );
}

/** For a `catch`: undefined where a name leads to nothing, or not to one thing; anything else goes on. */
export function noneIf(...codes: readonly ErrorCode[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof DelineaError && codes.includes(error.code)) return undefined;
    throw error;
  };
}

/** The id, or the name others refer by, of the place that a set is the whole of. */
export async function scopeOf(reading: Reading, resource: Resource, values: Values): Promise<string> {
  const { scope } = resource.setOf!;
  const [kind] = attributeOf(resource, scope).refersTo;
  return referenceTo(kind!, await findNamed(reading.snapshot, kind!, String(values[scope]), true));
}

/** Attributes that are empty in the state because an import found them unset, and that were not asked for since. */
export function assumedEmpty({ state = {}, memory = {} }: Piece): string[] {
  return (memory.unset ?? []).filter((name) => isCleared(state[name]));
}

/** What the state calls it: "user jane@example.com". Terraform says no address of what code no longer declares. */
export function nameInState({ resource, state = {} }: Piece): string {
  return `${resource.type} ${resource.key.map((part) => String(state[part])).join(', ')}`;
}

/** The name that an object is meant by, kind and natural key; undefined while its ends are not known. */
export function nameOfStep({ kind, before, desired }: Step): string | undefined {
  const resource = resourceOf(kind);
  const values = { ...before, ...desired };
  const unknown = resource.key.some(
    (name) => values[name] === undefined || isPending(values[name]) || isReference(values[name]),
  );
  return unknown ? undefined : nameKey(resource, values);
}

/** What is let go of at one address, as another has to recognise it: by its name and id, an edge by its ends alone. */
export function passedOn({ kind, id }: Pick<Step, 'kind' | 'id'>, name: string): string {
  return isEdge(resourceOf(kind)) ? name : `${name} ${id}`;
}

/** What an import tells beside the attributes. @param known from its text @param live as the object was read whole */
export function memoryOf(resource: Resource, known: Values, live: Values): Memory {
  const { attributes, correlation } = resource;
  const place = placeOfEdge(resource, live);
  const key = correlation === undefined ? undefined : known[correlation];
  const unset = attributes.filter(({ name, setting }) => !setting && (live[name] ?? null) === null);
  return {
    ...(unset.length === 0 ? {} : { unset: unset.map(({ name }) => name) }),
    ...(key === undefined ? {} : { correlation: String(key) }),
    ...(known.reactivate === undefined ? {} : { spent: [String(known.reactivate)] }),
    ...(place === undefined ? {} : { place }),
  };
}

/** What the next run must remember of an object after this change. */
export function memoryAfter({ resource, memory = {} }: Piece, { delinea }: ResourceChange): Memory {
  const { correlation, reactivated, before, desired } = delinea;
  const place = placeOfEdge(resource, { ...before, ...desired });
  const held = heldBy(resource, desired);
  const unset = (memory.unset ?? []).filter((name) => !(name in desired));
  const spent = new Set([...(memory.spent ?? []), ...(reactivated === undefined ? [] : [reactivated])]);
  return {
    ...(correlation === undefined ? {} : { correlation }),
    ...(spent.size === 0 ? {} : { spent: [...spent].sort() }),
    ...(held === undefined ? {} : { held }),
    ...(unset.length === 0 ? {} : { unset }),
    ...(place === undefined ? {} : { place }),
  };
}
