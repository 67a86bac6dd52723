import { setImmediate } from 'node:timers/promises';
import { DelineaError, type OwnedObject, type UsedConsent, usedConsentOf } from '../provider/index.js';
import { replaceFile } from './durable-file.js';
import { type FileLock, lockFile } from './file-lock.js';
import {
  consentLine,
  type LedgerContent,
  type LedgerOwner,
  ledgerLine,
  ledgerText,
  readLedger,
} from './ledger-file.js';

interface Entry {
  readonly owned: OwnedObject;
  readonly line: string;
  readonly order: string;
}

/**
 * What is ours, held under lock for one apply. Each call returns once its change is on disk; calls that come while the
 * file is being written share the next write.
 */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  /** Where each address's objects are found: a right that is given anew has another id. */
  private readonly byPlace = new Map<string, string>();
  /** Every consent used until now, by its line. */
  private readonly used = new Map<string, UsedConsent>();
  private writing: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    /** Whether there was a file. */
    readonly existed: boolean,
    private readonly owner: LedgerOwner,
    private readonly lock: FileLock,
    { objects, usedConsents }: LedgerContent,
  ) {
    for (const consent of usedConsents) this.used.set(consentLine(consent), consent);
    for (const owned of objects) this.put(owned);
  }

  /** Opens a ledger for writing; the file itself is made by the first change or by save(). @throws DelineaError */
  static async open(path: string, owner: LedgerOwner): Promise<Ledger> {
    const lock = await lockFile(path, 'ledger');
    try {
      const content = await readLedger(path, owner);
      return new Ledger(path, content !== undefined, owner, lock, content ?? { objects: [], usedConsents: [] });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  objects(): OwnedObject[] {
    return this.sorted().map(({ owned }) => owned);
  }

  /** Every consent used until now, of accounts that were let go too. */
  usedConsents(): UsedConsent[] {
    return [...this.used.values()];
  }

  /** Adds an object, or replaces what the ledger said of it: by its id, or by address and natural key. */
  record(owned: OwnedObject): Promise<void> {
    this.put(owned);
    return this.save();
  }

  /** Lets go of one object; others at its address stay, and so do the consents that it used. */
  forget(gone: Pick<OwnedObject, 'address' | 'kind' | 'id'>): Promise<void> {
    const key = idKey(gone);
    const entry = this.entries.get(key);
    if (entry?.owned.address === gone.address) this.drop(key, entry);
    return this.save();
  }

  /** Resolves when a file with every change made so far is on disk. @throws DelineaError when it cannot be written */
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

  /** Waits for writes under way and gives the lock back. */
  async close(): Promise<void> {
    await (this.next ?? this.writing)?.catch(() => undefined);
    await this.lock.release();
  }

  private put(owned: OwnedObject): void {
    const key = idKey(owned);
    const older = [key, this.byPlace.get(placeKey(owned))];
    for (const other of older) {
      const entry = other === undefined ? undefined : this.entries.get(other);
      if (entry) this.drop(other!, entry);
    }
    for (const consent of usedConsentOf(owned)) this.used.set(consentLine(consent), consent);
    this.entries.set(key, { owned, line: ledgerLine(owned), order: `${owned.address}\u0000${owned.id}` });
    this.byPlace.set(placeKey(owned), key);
  }

  private drop(key: string, { owned }: Entry): void {
    this.entries.delete(key);
    if (this.byPlace.get(placeKey(owned)) === key) this.byPlace.delete(placeKey(owned));
  }

  private sorted(): Entry[] {
    return [...this.entries.values()].sort((left, right) => (left.order < right.order ? -1 : 1));
  }

  /** The used consents that no entry tells of. */
  private untold(): string[] {
    const entries = [...this.entries.values()];
    const told = new Set(entries.flatMap(({ owned }) => usedConsentOf(owned).map(consentLine)));
    return [...this.used.keys()].filter((line) => !told.has(line)).sort();
  }

  private async write(): Promise<void> {
    // Steps that ended together share one write.
    await setImmediate();
    this.lock.check();
    const text = ledgerText(
      this.owner,
      this.sorted().map(({ line }) => line),
      this.untold(),
    );
    try {
      await replaceFile(this.path, text);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new DelineaError('ledger_damaged', `cannot write the ledger (${code ?? message})`, {
        path: this.path,
        hint: 'Make room or correct the permissions, then apply again: what was written is found again by name.',
        cause: error,
      });
    }
  }
}

function idKey({ kind, id }: Pick<OwnedObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

function placeKey({ address, kind, key }: OwnedObject): string {
  return JSON.stringify([address, kind, Object.entries(key).sort()]);
}
