import { joinFirst, type OwnedObject, type RecordedSet, type UsedConsent, visibleJson } from '../provider/index.js';
import { digestOf } from './log-chain.js';

/** The stack and tenant that a ledger belongs to, and the origins and accounts of its last apply. */
export interface LedgerOwner {
  readonly stack: string;
  /** The tenant's URL. */
  readonly tenant: string;
  /** Origins of the surfaces, sorted. Unset: an earlier version wrote the ledger. */
  readonly origins?: readonly string[] | undefined;
  /** Names of the accounts that the run logged in as. */
  readonly accounts?: readonly string[] | undefined;
}

/** One line of a ledger. */
export interface LedgerLine {
  /** The subject of the line, for messages: the address of an object. */
  readonly name: string;
  readonly text: string;
  /** The beginning of the SHA-256 of the text. It identifies the line; the digest of the whole ledger proves them. */
  readonly digest: string;
}

/** The lines of a ledger, sorted, so that version control shows the changes. */
export interface LedgerLines {
  readonly owner: LedgerLine;
  readonly objects: readonly LedgerLine[];
  /** Used consents that no object has: those of accounts that are no longer managed, and all but the last of an account. */
  readonly consents: readonly LedgerLine[];
  readonly sets: readonly LedgerLine[];
}

/** The names of lines by their digests. */
export type LineIndex = ReadonlyMap<string, string>;

/** Digits of the digest of a line. */
const DIGITS = 16;

/** Returns the text of a ledger. */
export function ledgerText({ owner, objects, consents, sets }: LedgerLines): string {
  const list = (each: readonly LedgerLine[]) => `\n${each.map(({ text }) => `  ${text}`).join(',\n')}\n]`;
  const optional = (name: string, each: readonly LedgerLine[]) => (each.length > 0 ? `,"${name}":[${list(each)}` : '');
  const head = `{"version":1,${owner.text.slice(1, -1)},"objects":[`;
  return `${head}${list(objects)}${optional('usedConsents', consents)}${optional('sets', sets)}}\n`;
}

/** Returns the SHA-256 of the text that `ledgerText` returns, in hex. */
export function ledgerDigest(text: string): string {
  return digestOf(Buffer.from(text));
}

export function indexOf({ owner, objects, consents, sets }: LedgerLines): LineIndex {
  return new Map([owner, ...objects, ...consents, ...sets].map(({ digest, name }) => [digest, name]));
}

export function ownerLine({ stack, tenant, origins, accounts }: LedgerOwner): LedgerLine {
  return line('stack, tenant, origins or accounts', { stack, tenant, origins, accounts });
}

/** Returns the line of an entry with only the properties that belong in the file. */
export function objectLine(entry: OwnedObject): LedgerLine {
  const { address, kind, id, surface, endSurfaces, key, onRemoval, settings } = entry;
  const { managedMembers, reactivated, correlation } = entry;
  return line(address, {
    address,
    kind,
    id,
    surface,
    endSurfaces,
    key,
    onRemoval,
    settings,
    managedMembers,
    reactivated,
    correlation,
  });
}

/** Returns the line of a used consent, with properties in a fixed order: equal lines are the same consent. */
export function consentLine({ kind, id, key, consent }: UsedConsent): LedgerLine {
  return line(`used consent of ${kind} ${Object.values(key).join(' ')}`, { kind, id, key, consent });
}

export function setLine({ address, scope, settings }: RecordedSet): LedgerLine {
  return line(`settings of ${address}`, { address, scope, settings });
}

/** Returns the text by which the entries of a ledger are sorted. */
export function orderOf({ address, id }: OwnedObject): string {
  return `${address}\u0000${id}`;
}

export function byText(left: LedgerLine, right: LedgerLine): number {
  return left.text < right.text ? -1 : 1;
}

/** Lines that one ledger has and another does not, as name and digest. */
export interface LineChanges {
  readonly added: readonly (readonly [string, string])[];
  readonly removed: readonly (readonly [string, string])[];
}

export function compareLines(before: LineIndex, after: LineIndex): LineChanges {
  const without = (left: LineIndex, right: LineIndex) =>
    [...left].filter(([digest]) => !right.has(digest)).map(([digest, name]) => [name, digest] as const);
  return { added: without(after, before), removed: without(before, after) };
}

/** Names in a message before the rest is only counted. */
const NAMED = 20;

/** Returns the changes as text: `added delinea_user.eve; changed delinea_user.jane; removed delinea_user.tom`. */
export function changesText({ added, removed }: LineChanges): string {
  const [gained, lost] = [added, removed].map((lines) => new Set(lines.map(([name]) => name))) as [
    Set<string>,
    Set<string>,
  ];
  const parts: [string, string[]][] = [
    ['added', [...gained].filter((name) => !lost.has(name))],
    ['changed', [...gained].filter((name) => lost.has(name))],
    ['removed', [...lost].filter((name) => !gained.has(name))],
  ];
  const texts = parts.filter(([, names]) => names.length > 0);
  return texts.map(([verb, names]) => `${verb} ${joinFirst(names.sort(), NAMED)}`).join('; ');
}

function line(name: string, value: object): LedgerLine {
  const text = visibleJson(JSON.stringify(value));
  return { name, text, digest: digestOf(Buffer.from(text)).slice(0, DIGITS) };
}
