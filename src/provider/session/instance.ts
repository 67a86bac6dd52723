import { terraformType } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { Memory } from './memory.js';
import type { UnknownElements } from './unknown-elements.js';

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
