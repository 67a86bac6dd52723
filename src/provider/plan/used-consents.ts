import { keyText } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/** A consent that has been used, and for which account. It outlives the ledger's entry of that account. */
export interface UsedConsent {
  readonly kind: string;
  readonly id: string;
  /** The natural key that the account had then. */
  readonly key: Values;
  /** As written in code, or `command line, <time>`. */
  readonly consent: string;
}

/** What the ledger's entry of an object says of it; empty where no consent was spent. */
export function usedConsentOf({ kind, id, key, reactivated }: OwnedObject): UsedConsent[] {
  return reactivated === undefined ? [] : [{ kind, id, key, consent: reactivated }];
}

/** Which consents are used up. One made anew has another id and the same name: a text is spent for either. */
export class UsedConsents {
  private readonly spent = new Set<string>();

  constructor(consents: Iterable<UsedConsent>) {
    for (const { kind, id, key, consent } of consents) {
      this.spent.add(byId(kind, id, consent));
      this.spent.add(byName(kind, key, consent));
    }
  }

  has(account: { readonly kind: string; readonly id: string | undefined; readonly key: Values }, consent: string) {
    const { kind, id, key } = account;
    return (id !== undefined && this.spent.has(byId(kind, id, consent))) || this.spent.has(byName(kind, key, consent));
  }
}

function byId(kind: string, id: string, consent: string): string {
  return JSON.stringify([kind, { id }, consent]);
}

function byName(kind: string, key: Values, consent: string): string {
  return JSON.stringify([kind, keyText(resourceOf(kind), key), consent]);
}
