import { terraformType } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { UnknownElements } from './unknown-elements.js';

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
  readonly neverVisible?: boolean;
  /** What the plan knew and its apply must know; every plan says it anew. */
  readonly planned?: PlannedRemoval;
  /** Ids in its lists, as code last had them. */
  readonly held?: Readonly<Record<string, readonly string[]>>;
  /**
   * Attributes that an import found unset. The state has them as empty, though code need not speak of them: where a list
   * leaves them out they are not worth a read of each object.
   */
  readonly unset?: readonly string[];
}

/** What the plan of a removal knew. Of what is declared, Terraform asks for another plan when it applies, and keeps that. */
export interface PlannedRemoval {
  /** It was found declared at another address: its removal here removes nothing. */
  readonly redeclared?: boolean;
  /** There was nothing to take away: it was gone, inactive or is to be retained. */
  readonly forgets?: boolean;
  /** As it was when its removal was planned, of a whole set its edges: Terraform passes on what the state had before that. */
  readonly seen?: Values;
  /** Edges of a removed set that are declared at another address, by their names: they stay. */
  readonly kept?: readonly string[];
  /** What was answered as going before it was told that another address declares it: whoever is asked later says so for it. */
  readonly redeclaredElsewhere?: readonly string[];
  /** The address of the tenant that it was planned on. */
  readonly tenant?: string;
  /** The tenant was not known: no guard has judged it. */
  readonly unchecked?: boolean;
}

/** One object, edge or whole set as Terraform speaks of it. */
export interface ResourceInstance {
  readonly resource: Resource;
  /** As code declares it, what is not known yet left out; unset: code declares it no more. */
  readonly declared?: Values | undefined;
  /** Of a whole set: its elements that are not wholly known yet. */
  readonly unknownElements?: UnknownElements | undefined;
  /** Lists of which some elements are not known yet, and left out of `declared`. */
  readonly partlyUnknown?: readonly string[] | undefined;
  /** As the state has it; unset: it is to be created. */
  readonly state?: Values | undefined;
  /** Of one that is to be removed: what its address declares in its place. */
  readonly replacement?: Values | undefined;
  readonly memory?: Memory | undefined;
  /** The object of an earlier state, if this session found it deleted: an account is not created again without consent. */
  readonly deletedOutOfBand?: OwnedObject | undefined;
}

/**
 * What stands in for the address, which a provider is not told: unique by the natural key, and of Terraform's form. A sign
 * that no name in code may have is its code point in hex: two keys with one address would be counted as one.
 */
export function addressOf({ resource }: ResourceInstance, values: Values): string {
  const name = resource.key.map((part) => escaped(String(values[part]))).join('-');
  return `${terraformType(resource.type)}.${name}`;
}

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

/** What the state calls it: "user jane@example.com". Terraform says no address of what code no longer declares. */
export function nameInState({ resource, state = {} }: ResourceInstance): string {
  return `${resource.type} ${resource.key.map((part) => String(state[part])).join(', ')}`;
}

/** A live object; references are ids of home surfaces. */
export interface InstanceState {
  readonly id: string;
  readonly values: Values;
}
