import type { Resource } from './resource.js';
import type { Values } from './values.js';

/** One managed object: an entry of the ledger, or of Terraform's private state. */
export interface OwnedObject {
  readonly address: string;
  readonly kind: string;
  readonly id: string;
  /** Name of the surface whose id this is. */
  readonly surface: string;
  /** The natural key, references as ids of home surfaces. */
  readonly key: Values;
  /** For an edge: the surfaces whose ids its key has, by attribute. */
  readonly endSurfaces?: Readonly<Record<string, string>> | undefined;
  readonly onRemoval?: string | undefined;
  /** The other settings of the declaration that are not the default. Unset: an earlier version did not record them. */
  readonly settings?: Values | undefined;
  /** Declared ids by list attribute at the last apply. Any other live member was added outside of code. */
  readonly managedMembers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The consent that enabled the account last; one text enables it once. */
  readonly reactivated?: string | undefined;
  /** The correlation key that was set from code. While it is the live key, the object may be changed. */
  readonly correlation?: string | undefined;
}

/** Returns `onRemoval` if it is not the default: the ledger must remember it after the declaration is gone. */
export function onRemovalOf({ attributes }: Resource, { onRemoval }: Values): string | undefined {
  const preset = attributes.find(({ name }) => name === 'onRemoval')?.default;
  return onRemoval === undefined || onRemoval === preset ? undefined : String(onRemoval);
}
