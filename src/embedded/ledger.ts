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
import { type LedgerContent, type LedgerFile, readLedger } from './ledger-file.js';
import {
  byText,
  consentLine,
  indexOf,
  type LedgerLine,
  type LedgerLines,
  type LedgerOwner,
  type LineIndex,
  ledgerDigest,
  ledgerText,
  objectLine,
  orderOf,
  ownerLine,
  setLine,
} from './ledger-lines.js';
import { type LedgerRecord, recordEvents } from './ledger-record.js';

interface Entry {
  readonly owned: OwnedObject;
  readonly line: LedgerLine;
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
  /** The lines on disk; undefined if there is no file yet. */
  private written: Pick<LedgerFile, 'lines' | 'digest'> | undefined;
  private log: { write(event: object): Promise<void> } | undefined;
  /** The lines that the log has. */
  private logged: LineIndex = new Map();
  /** The last write that was asked for. */
  private last: Promise<void> = Promise.resolve();
  /** The write that has not begun, which later changes share. */
  private next: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    private readonly owner: LedgerOwner,
    private readonly lock: FileLock,
    /** The file as it was opened; undefined if there was none. */
    readonly found: LedgerFile | undefined,
  ) {
    this.written = found;
    for (const set of found?.sets ?? []) this.sets.set(set.address, set);
    for (const consent of found?.usedConsents ?? []) this.used.set(consentLine(consent).text, consent);
    for (const owned of found?.objects ?? []) this.put(owned);
  }

  /**
   * Locks and reads a ledger. The first change or save() creates the file.
   * @param read how to read the file
   * @throws DelineaError as `read`, `lockFile`
   */
  static async open(path: string, owner: LedgerOwner, read = readLedger): Promise<Ledger> {
    const lock = await lockFile(path, 'ledger');
    try {
      return new Ledger(path, owner, lock, await read(path, owner));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Records in the log each change from now on, before it is written, and now what the log does not have yet.
   * @param record what the log has about this ledger
   */
  async logTo(log: { write(event: object): Promise<void> }, record: LedgerRecord | undefined): Promise<void> {
    this.log = log;
    this.logged = record?.lines ?? new Map();
    if (this.written && this.written.digest !== record?.last) await this.logLines(this.written);
  }

  /** Returns the SHA-256 of the ledger on disk. */
  digest(): string | undefined {
    return this.written?.digest;
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

  /** Replaces the record of an authoritative set. A scope has one set. */
  recordSet(set: RecordedSet): Promise<void> {
    for (const other of this.sets.values()) if (hasSameScope(other, set)) this.sets.delete(other.address);
    this.sets.set(set.address, set);
    return this.save();
  }

  /** Drops the record of an authoritative set, unless it has another scope. */
  forgetSet({ address, scope }: Pick<RecordedSet, 'address' | 'scope'>): Promise<void> {
    if (this.sets.get(address)?.scope === scope) this.sets.delete(address);
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
    if (!this.next) {
      this.next = this.last
        .catch(() => undefined)
        // Lets steps that end at the same time share one write.
        .then(() => setImmediate())
        .then(() => {
          this.next = undefined;
          return this.write();
        });
      this.last = this.next;
    }
    return this.next;
  }

  /** Waits for the write in progress and releases the lock. */
  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.lock.release();
  }

  private put(owned: OwnedObject): void {
    const key = idKey(owned);
    for (const older of [key, this.byAddress.get(addressKey(owned))]) {
      const entry = older === undefined ? undefined : this.entries.get(older);
      if (entry) this.drop(older!, entry);
    }
    for (const consent of usedConsentOf(owned)) this.used.set(consentLine(consent).text, consent);
    this.entries.set(key, { owned, line: objectLine(owned), order: orderOf(owned) });
    this.byAddress.set(addressKey(owned), key);
  }

  private drop(key: string, { owned }: Entry): void {
    this.entries.delete(key);
    if (this.byAddress.get(addressKey(owned)) === key) this.byAddress.delete(addressKey(owned));
  }

  private sorted(): Entry[] {
    return [...this.entries.values()].sort((left, right) => (left.order < right.order ? -1 : 1));
  }

  private lines(): LedgerLines {
    const entries = [...this.entries.values()];
    const inEntries = new Set(
      entries.flatMap(({ owned }) => usedConsentOf(owned).map((each) => consentLine(each).text)),
    );
    const others = [...this.used].filter(([text]) => !inEntries.has(text));
    return {
      owner: ownerLine(this.owner),
      objects: this.sorted().map(({ line }) => line),
      consents: others.map(([, consent]) => consentLine(consent)).sort(byText),
      sets: [...this.sets.values()].map(setLine).sort(byText),
    };
  }

  private async logLines({ lines, digest }: Pick<LedgerFile, 'lines' | 'digest'>): Promise<void> {
    for (const event of recordEvents(this.path, this.logged, lines, digest)) await this.log?.write(event);
    this.logged = indexOf(lines);
  }

  private async write(): Promise<void> {
    this.lock.check();
    const lines = this.lines();
    const text = ledgerText(lines);
    const digest = ledgerDigest(text);
    if (digest === this.written?.digest) return;
    if (this.log) await this.logLines({ lines, digest });
    try {
      await replaceFile(this.path, text, 'ledger');
      this.written = { lines, digest };
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

function hasSameScope(one: RecordedSet, other: RecordedSet): boolean {
  const kindOf = ({ address }: RecordedSet) => address.slice(0, address.indexOf('.'));
  return one.scope !== undefined && one.scope === other.scope && kindOf(one) === kindOf(other);
}

function idKey({ kind, id }: Pick<OwnedObject, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

function addressKey({ address, kind, key }: OwnedObject): string {
  return JSON.stringify([address, kind, Object.entries(key).sort()]);
}
