import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';

/** One call of the API. Arguments of the query string are part of `args`. */
export interface IdentityCall {
  /** The kind of object that the call writes; absent for a call that only reads. */
  readonly writes?: 'users' | 'groups';
  /** @throws {Refusal} with status 200 for a failure that the API reports in its envelope */
  run(args: Json): unknown;
}

/** Path below the base -> call. */
export type IdentityCalls = Readonly<Record<string, IdentityCall>>;

/** Returns an argument. @throws {Refusal} when it is missing or no text */
export function textArg(args: Json, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Refusal(200, `The argument '${name}' is missing.`);
}
