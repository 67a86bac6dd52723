import type { Resource } from './resource.js';
import type { Values } from './values.js';

/** What the ledger says is ours. */
export interface OwnedObject {
  readonly address: string;
  readonly kind: string;
  readonly id: string;
  readonly surface: string;
  /** The natural key, resolved. */
  readonly key: Values;
  /** Of an edge: the surfaces whose ids its key holds, by attribute. */
  readonly endSurfaces?: Readonly<Record<string, string>> | undefined;
  readonly onRemoval?: string | undefined;
  /** Ids in its lists, by attribute, as code last had them: who else is in there came from outside. */
  readonly managedMembers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The consent that enabled the account last; one text consents once. */
  readonly reactivated?: string | undefined;
  /** The correlation key that code gave the object. While it is the live one, the object is ours to change. */
  readonly correlation?: string | undefined;
}

/** Returns `onRemoval` if it is not the default: the ledger must remember it after the declaration is gone. */
export function onRemovalOf({ attributes }: Resource, { onRemoval }: Values): string | undefined {
  const preset = attributes.find(({ name }) => name === 'onRemoval')?.default;
  return onRemoval === undefined || onRemoval === preset ? undefined : String(onRemoval);
}
