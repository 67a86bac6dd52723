import type { Principal } from '../../provider/index.js';

/** The kinds of drift in the order in which they are listed. */
export const DRIFT_KINDS = [
  'changed',
  'added',
  'removed',
  'not in code',
  'not applied',
  'propagating',
  'not visible',
] as const;

/**
 * `changed`, `added`, `removed`: outside of code, after the last apply. `not in code`: the ledger does not know whether it
 * was there before. `not applied`: a change in code. `propagating`: a write of the last minutes that was not read back.
 * `not visible`: could not be read, so nothing is concluded.
 */
export type DriftKind = (typeof DRIFT_KINDS)[number];

export interface NamedObject extends Principal {
  readonly name: string;
}

/** One difference between code and tenant, which can be restored, adopted or accepted by itself. */
export interface DriftItem {
  readonly kind: DriftKind;
  /** Address of the declaration; unset: no declaration has it. */
  readonly address?: string | undefined;
  readonly object: { readonly kind: string; readonly id?: string | undefined; readonly name: string };
  /** The attribute that differs, in home ids. */
  readonly attribute?: { readonly name: string; readonly code: unknown; readonly live: unknown };
  /** The right, role or membership. */
  readonly edge?: {
    readonly principal: NamedObject;
    readonly scope: NamedObject;
    readonly rights: Readonly<Record<string, string>>;
  };
  readonly message: string;
  /** The change that restores the declaration. */
  readonly restore: string;
  /** The edit of code that adopts the live state. */
  readonly adopt?: DriftEdit | undefined;
  /** Set if the ignore file accepts it. */
  readonly accepted?: { readonly reason: string; readonly until: string };
}

/** An edit of code: of an attribute, of an element of a list, or of a declaration. Each text is valid code by itself. */
export interface DriftEdit {
  readonly edit: 'set' | 'add' | 'remove';
  /** The list that has the element, or the attribute; unset: the edit is a whole declaration. */
  readonly in?: string | undefined;
  readonly typescript: string;
  readonly hcl: string;
}
