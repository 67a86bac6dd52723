import {
  type ApplyIo,
  type OwnedObject,
  type RecordedSet,
  type UsedConsent,
  usedConsentOf,
} from '../../../src/provider/index.js';

/** An in-memory ledger, indexed like that of the embedded engine: by id, and by address and natural key. */
export class MemoryLedger {
  readonly entries = new Map<string, OwnedObject>();
  private readonly byAddress = new Map<string, string>();

  /** Every consent used so far, also of accounts that the ledger has forgotten. */
  readonly usedConsents: UsedConsent[] = [];

  /** The authoritative sets, by address. */
  readonly sets = new Map<string, RecordedSet>();

  constructor(objects: Iterable<OwnedObject> = []) {
    for (const entry of objects) this.put(entry);
  }

  objects(): OwnedObject[] {
    return [...this.entries.values()];
  }

  /** The callbacks through which an apply records ownership. */
  get io(): Pick<ApplyIo, 'record' | 'forget' | 'recordSet' | 'forgetSet' | 'usedConsents'> {
    return {
      record: async (entry) => this.put(entry),
      recordSet: async (set) => void this.sets.set(set.address, set),
      forgetSet: async ({ address, scope }) => {
        if (this.sets.get(address)?.scope === scope) this.sets.delete(address);
      },
      usedConsents: () => this.usedConsents,
      forget: async (gone) => {
        const key = idOf(gone);
        if (this.entries.get(key)?.address === gone.address) this.entries.delete(key);
      },
    };
  }

  private put(entry: OwnedObject): void {
    const key = JSON.stringify([entry.address, entry.kind, Object.entries(entry.key).sort()]);
    const older = this.byAddress.get(key);
    if (older !== undefined) this.entries.delete(older);
    this.usedConsents.push(...usedConsentOf(entry));
    this.byAddress.set(key, idOf(entry));
    this.entries.set(idOf(entry), entry);
  }
}

function idOf({ kind, id }: Pick<OwnedObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
