import { setImmediate } from 'node:timers/promises';
import {
  DelineaError,
  type OwnedObject,
  type RecordedSet,
  type UsedConsent,
  usedConsentOf,
} from '../provider/index.js';
import { replaceFile } from './durable-file.js';
import { type FileLock, lockFile } from './file-lock.js';
import {
  consentLine,
  type LedgerContent,
  type LedgerOwner,
  ledgerLine,
  ledgerText,
  readLedger,
  setLine,
} from './ledger-file.js';

interface Entry {
  readonly owned: OwnedObject;
  readonly line: string;
  readonly order: string;
}

/**
 * The managed objects, locked for one apply. Each call resolves when its change is on disk; calls during a write share
 * the next write.
 */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  /** Key of the entry by address and natural key: a replaced right has a new id. */
  private readonly byAddress = new Map<string, string>();
  /** Every consent used so far, by its line. */
  private readonly used = new Map<string, UsedConsent>();
  private readonly sets = new Map<string, RecordedSet>();
  private writing: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    /** Whether the file existed. */
    readonly existed: boolean,
    private readonly owner: LedgerOwner,
    private readonly lock: FileLock,
    { objects, usedConsents, sets }: LedgerContent,
  ) {
    for (const set of sets) this.sets.set(set.address, set);
    for (const consent of usedConsents) this.used.set(consentLine(consent), consent);
    for (const owned of objects) this.put(owned);
  }

  /** Locks and reads a ledger. The first change or save() creates the file. @throws DelineaError as `readLedger`, `lockFile` */
  static async open(path: string, owner: LedgerOwner): Promise<Ledger> {
    const lock = await lockFile(path, 'ledger');
    try {
      const content = await readLedger(path, owner);
      return new Ledger(
        path,
        content !== undefined,
        owner,
        lock,
        content ?? { objects: [], usedConsents: [], sets: [] },
      );
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  objects(): OwnedObject[] {
    return this.sorted().map(({ owned }) => owned);
  }

  /** Returns every consent used so far, including those of accounts that are no longer managed. */
  usedConsents(): UsedConsent[] {
    return [...this.used.values()];
  }

  content(): LedgerContent {
    return { objects: this.objects(), usedConsents: this.usedConsents(), sets: [...this.sets.values()] };
  }

  /** Adds an object, or replaces the entry with its id, or with its address and natural key. */
  record(owned: OwnedObject): Promise<void> {
    this.put(owned);
    return this.save();
  }

  /** Replaces the settings of an authoritative set. */
  recordSet(set: RecordedSet): Promise<void> {
    this.sets.set(set.address, set);
    return this.save();
  }

  /** Removes one entry. Other entries of its address and its used consents are kept. */
  forget(gone: Pick<OwnedObject, 'address' | 'kind' | 'id'>): Promise<void> {
    const key = idKey(gone);
    const entry = this.entries.get(key);
    if (entry?.owned.address === gone.address) this.drop(key, entry);
    return this.save();
  }

  /** Resolves when every change so far is on disk. @throws DelineaError `ledger_damaged` when the file cannot be written */
  save(): Promise<void> {
    if (!this.writing) {
      this.writing = this.write().finally(() => {
        this.writing = undefined;
      });
      return this.writing;
    }
    this.next ??= this.writing
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.save();
      });
    return this.next;
  }

  /** Waits for the write in progress and releases the lock. */
  async close(): Promise<void> {
    await (this.next ?? this.writing)?.catch(() => undefined);
    await this.lock.release();
  }

  private put(owned: OwnedObject): void {
    const key = idKey(owned);
    for (const older of [key, this.byAddress.get(addressKey(owned))]) {
      const entry = older === undefined ? undefined : this.entries.get(older);
      if (entry) this.drop(older!, entry);
    }
    for (const consent of usedConsentOf(owned)) this.used.set(consentLine(consent), consent);
    this.entries.set(key, { owned, line: ledgerLine(owned), order: `${owned.address}\u0000${owned.id}` });
    this.byAddress.set(addressKey(owned), key);
  }

  private drop(key: string, { owned }: Entry): void {
    this.entries.delete(key);
    if (this.byAddress.get(addressKey(owned)) === key) this.byAddress.delete(addressKey(owned));
  }

  private sorted(): Entry[] {
    return [...this.entries.values()].sort((left, right) => (left.order < right.order ? -1 : 1));
  }

  /** Returns the lines of used consents that no entry has. */
  private otherConsents(): string[] {
    const entries = [...this.entries.values()];
    const inEntries = new Set(entries.flatMap(({ owned }) => usedConsentOf(owned).map(consentLine)));
    return [...this.used.keys()].filter((line) => !inEntries.has(line)).sort();
  }

  private async write(): Promise<void> {
    // Lets steps that end at the same time share one write.
    await setImmediate();
    this.lock.check();
    const text = ledgerText(
      this.owner,
      this.sorted().map(({ line }) => line),
      this.otherConsents(),
      [...this.sets.values()].map(setLine).sort(),
    );
    try {
      await replaceFile(this.path, text, 'ledger');
    } catch (error) {
      if (error instanceof DelineaError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      throw new DelineaError('ledger_damaged', `cannot write the ledger (${code ?? message})`, {
        path: this.path,
        hint: 'Free disk space or correct the permissions, then apply again: objects that were created are found by name.',
        cause: error,
      });
    }
  }
}

function idKey({ kind, id }: Pick<OwnedObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

function addressKey({ address, kind, key }: OwnedObject): string {
  return JSON.stringify([address, kind, Object.entries(key).sort()]);
}
