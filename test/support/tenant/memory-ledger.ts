import { type ApplyIo, type OwnedObject, type UsedConsent, usedConsentOf } from '../../../src/provider/index.js';

/** A ledger in memory, found by id, and by address and natural key, as the embedded engine keeps it. */
export class MemoryLedger {
  readonly entries = new Map<string, OwnedObject>();
  private readonly byPlace = new Map<string, string>();

  /** Every consent used until now, of accounts that were let go too. */
  readonly usedConsents: UsedConsent[] = [];

  constructor(objects: Iterable<OwnedObject> = []) {
    for (const entry of objects) this.put(entry);
  }

  objects(): OwnedObject[] {
    return [...this.entries.values()];
  }

  /** What an apply writes its ownership to. */
  get io(): Pick<ApplyIo, 'record' | 'forget' | 'usedConsents'> {
    return {
      record: async (entry) => this.put(entry),
      usedConsents: () => this.usedConsents,
      forget: async (gone) => {
        const key = idOf(gone);
        if (this.entries.get(key)?.address === gone.address) this.entries.delete(key);
      },
    };
  }

  private put(entry: OwnedObject): void {
    const place = JSON.stringify([entry.address, entry.kind, Object.entries(entry.key).sort()]);
    const older = this.byPlace.get(place);
    if (older !== undefined) this.entries.delete(older);
    this.usedConsents.push(...usedConsentOf(entry));
    this.byPlace.set(place, idOf(entry));
    this.entries.set(idOf(entry), entry);
  }
}

function idOf({ kind, id }: Pick<OwnedObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
