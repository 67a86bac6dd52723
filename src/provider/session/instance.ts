import { ownNames } from '../model/keys.js';
import { terraformType } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { PrivateState } from './private-state.js';
import type { UnknownElements } from './unknown-elements.js';

/** One object, edge or authoritative set in a call of Terraform. */
export interface ResourceInstance {
  readonly resource: Resource;
  /** The declared values without those that are not known yet; unset: no longer declared. */
  readonly declared?: Values | undefined;
  /** For an authoritative set: its elements that are not fully known yet. */
  readonly unknownElements?: UnknownElements | undefined;
  /** Attributes that are not wholly known yet. */
  readonly unknown?: readonly string[] | undefined;
  /** Lists with elements that are not known yet; `declared` leaves these elements out. */
  readonly partlyUnknown?: readonly string[] | undefined;
  /** The values in the state; unset: the instance is to be created. */
  readonly state?: Values | undefined;
  /** In the apply of a creation: the access, members and values that its plan takes away or replaces; unset: not known. */
  readonly replaces?: readonly string[] | undefined;
  /** For an edge that is to be removed: the values that its address declares instead. */
  readonly replacement?: Values | undefined;
  readonly privateState?: PrivateState | undefined;
  /** The object of an earlier state, if this session found it deleted: an account is not created again without consent. */
  readonly deletedOutOfBand?: OwnedObject | undefined;
}

/**
 * Returns a synthetic address in Terraform's form, because providers are not given the real one. Characters other than
 * letters and digits are hex-escaped, so that two different keys never have the same address.
 */
export function addressOf({ resource }: ResourceInstance, values: Values): string {
  const name = resource.key.map((part) => escaped(String(values[part]))).join('-');
  return `${terraformType(resource.type)}.${name}`;
}

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

/**
 * Returns the name of an instance by its state, such as "user jane@example.com". Terraform does not show an address for
 * resources that are no longer declared.
 */
export function nameInState({ resource, state = {} }: ResourceInstance): string {
  return `${resource.type} ${ownNames(resource)
    .map((part) => String(state[part]))
    .join(', ')}`;
}

/** A live object; references are ids of home surfaces. */
export interface InstanceState {
  readonly id: string;
  readonly values: Values;
}
