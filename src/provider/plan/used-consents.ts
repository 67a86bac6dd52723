import { keyText } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/** A used consent and its account. The ledger keeps it after the entry of the account is removed. */
export interface UsedConsent {
  readonly kind: string;
  readonly id: string;
  /** The natural key that the account had when the consent was used. */
  readonly key: Values;
  /** As written in code, or `command line, <time>`. */
  readonly consent: string;
}

/** Returns the consent that an entry of the ledger records as used; empty if there is none. */
export function usedConsentOf({ kind, id, key, reactivated }: OwnedObject): UsedConsent[] {
  return reactivated === undefined ? [] : [{ kind, id, key, consent: reactivated }];
}

/**
 * Tracks used consents. An account that was deleted and created again has another id and the same name, so a consent
 * counts as used if either matches.
 */
export class UsedConsents {
  private readonly used = new Set<string>();

  constructor(consents: Iterable<UsedConsent>) {
    for (const { kind, id, key, consent } of consents) {
      this.used.add(byId(kind, id, consent));
      this.used.add(byName(kind, key, consent));
    }
  }

  /** Returns whether the account has used this consent, under its id or its name. */
  has({ kind, id, key }: Pick<UsedConsent, 'kind' | 'key'> & { readonly id: string | undefined }, consent: string) {
    return (id !== undefined && this.used.has(byId(kind, id, consent))) || this.used.has(byName(kind, key, consent));
  }
}

function byId(kind: string, id: string, consent: string): string {
  return JSON.stringify([kind, { id }, consent]);
}

function byName(kind: string, key: Values, consent: string): string {
  return JSON.stringify([kind, keyText(resourceOf(kind), key), consent]);
}
