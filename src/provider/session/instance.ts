import { terraformType } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { PrivateState } from './private-state.js';
import type { UnknownElements } from './unknown-elements.js';

/** One resource instance of Terraform: an object, an edge or an authoritative set. */
export interface ResourceInstance {
  readonly resource: Resource;
  /** The declared values, without those that are not known yet; unset: it is not declared. */
  readonly declared?: Values | undefined;
  /** The elements of an authoritative set that are not known yet. */
  readonly unknownElements?: UnknownElements | undefined;
  /** Lists with elements that are not known yet, which `declared` leaves out. */
  readonly partlyUnknown?: readonly string[] | undefined;
  /** The values in the state; unset: it is to be created. */
  readonly state?: Values | undefined;
  /** If it is replaced: what its address declares instead. */
  readonly replacement?: Values | undefined;
  readonly privateState?: PrivateState | undefined;
  /** The object of an earlier state, if this session found it deleted: an account is not created again without consent. */
  readonly deletedOutOfBand?: OwnedObject | undefined;
}

/**
 * Returns a synthetic address: Terraform does not send the real one to providers. Characters that a name cannot have are
 * escaped as hex, so that distinct keys never collide.
 */
export function addressOf({ resource }: ResourceInstance, values: Values): string {
  const name = resource.key.map((part) => escaped(String(values[part]))).join('-');
  return `${terraformType(resource.type)}.${name}`;
}

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

/** Returns the name in the state, such as "user jane@example.com": Terraform shows no address of a removed instance. */
export function nameInState({ resource, state = {} }: ResourceInstance): string {
  return `${resource.type} ${resource.key.map((part) => String(state[part])).join(', ')}`;
}

/** A live object; references are ids of home surfaces. */
export interface InstanceState {
  readonly id: string;
  readonly values: Values;
}
