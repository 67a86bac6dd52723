import * as z from 'zod';
import {
  checkWritable,
  DelineaError,
  jsonFileExcess,
  type OwnedObject,
  type RecordedSet,
  readRegularFile,
  resources,
  type UsedConsent,
} from '../provider/index.js';
import { jsonFault } from './json-fault.js';
import { jsonTrick } from './json-keys.js';
import {
  byText,
  consentLine,
  type LedgerLines,
  type LedgerOwner,
  ledgerDigest,
  ledgerText,
  objectLine,
  orderOf,
  ownerLine,
  setLine,
} from './ledger-lines.js';

const MERGE =
  'Keep the entries of both sides, one a line, and remove the markers. Then run plan, which names entries that exist twice.';

const kind = z.string().refine((name) => resources.some(({ type }) => type === name), 'unknown kind');

const values = z.record(z.string(), z.unknown());

const owned = z.strictObject({
  address: z.string().min(1),
  kind,
  id: z.string().min(1),
  surface: z.string().min(1),
  endSurfaces: z.record(z.string(), z.string()).optional(),
  key: values,
  onRemoval: z.string().optional(),
  settings: values.optional(),
  managedMembers: z.record(z.string(), z.array(z.string())).optional(),
  reactivated: z.string().optional(),
  correlation: z.string().min(1).optional(),
});

const usedConsent = z.strictObject({
  kind,
  id: z.string().min(1),
  key: values,
  consent: z.string(),
});

const recordedSet = z.strictObject({
  address: z.string().min(1),
  scope: z.string().min(1).optional(),
  settings: values,
});

const file = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  tenant: z.string(),
  origins: z.array(z.string()).optional(),
  accounts: z.array(z.string()).optional(),
  objects: z.array(owned),
  usedConsents: z.array(usedConsent).optional(),
  sets: z.array(recordedSet).optional(),
});

/** Content of a ledger. */
export interface LedgerContent {
  readonly objects: readonly OwnedObject[];
  /** Used consents that no entry has: those of accounts that are no longer managed, and all but the last of an account. */
  readonly usedConsents: readonly UsedConsent[];
  /** Scopes and settings of the authoritative sets, which have no entry. */
  readonly sets: readonly RecordedSet[];
}

/** A ledger as it is on disk. */
export interface LedgerFile extends LedgerContent {
  /** The stack and tenant, and the origins and accounts of the last apply. */
  readonly owner: LedgerOwner;
  readonly lines: LedgerLines;
  /** SHA-256 of the lines. Line ends, blanks and the order of the file do not count. */
  readonly digest: string;
}

/**
 * Reads a ledger without a lock.
 * @returns undefined if the file does not exist
 * @throws DelineaError `ledger_damaged`, `file_refused`
 */
export async function readLedgerFile(path: string): Promise<LedgerFile | undefined> {
  const text = readText(path);
  if (text === undefined) return undefined;
  const { stack, tenant, origins, accounts, objects, usedConsents = [], sets = [] } = parse(text, path);
  const owner = { stack, tenant, origins, accounts };
  const sorted = [...objects].sort((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1));
  const lines: LedgerLines = {
    owner: ownerLine(owner),
    objects: sorted.map(objectLine),
    consents: usedConsents.map(consentLine).sort(byText),
    sets: sets.map(setLine).sort(byText),
  };
  return { owner, objects, usedConsents, sets, lines, digest: ledgerDigest(ledgerText(lines)) };
}

/**
 * Reads a ledger, as `readLedgerFile`, of this stack and tenant.
 * @throws DelineaError `ledger_damaged`, or `settings_invalid` for the ledger of another stack, tenant or other origins
 */
export async function readLedger(path: string, owner: LedgerOwner): Promise<LedgerFile | undefined> {
  const found = await readLedgerFile(path);
  if (found) {
    refuseOtherOwner(found.owner, owner, path);
    refuseOtherOrigins(found, owner, path);
  }
  return found;
}

/** @throws DelineaError `settings_invalid` */
export function refuseOtherOwner(found: LedgerOwner, { stack, tenant }: LedgerOwner, path: string): void {
  const other =
    found.stack !== stack
      ? `stack "${found.stack}", not "${stack}"`
      : found.tenant !== tenant
        ? `tenant ${found.tenant}, not ${tenant}`
        : '';
  if (!other) return;
  throw new DelineaError('settings_invalid', `the ledger belongs to ${other}`, {
    path,
    hint: 'Correct the settings, or pass the right ledger with --ledger.',
  });
}

/** The same id on another origin may belong to another object. */
function refuseOtherOrigins({ owner, digest }: LedgerFile, { origins }: LedgerOwner, path: string): void {
  const before = owner.origins;
  if (!before || !origins || before.join() === origins.join()) return;
  const without = (left: readonly string[], right: readonly string[]) =>
    left.filter((origin) => !right.includes(origin)).join(', ') || 'no other';
  throw new DelineaError(
    'settings_invalid',
    `the last apply of the ledger used other origins: ${without(before, origins)} instead of ${without(origins, before)}`,
    { path, hint: `Correct the settings. If the new origins are right, run: delinea-iac accept-ledger ${digest}` },
  );
}

/** Reads the name of the ledger's stack; undefined if the file does not exist. @throws DelineaError `ledger_damaged` */
export async function stackOfLedger(path: string): Promise<string | undefined> {
  return (await readLedgerFile(path))?.owner.stack;
}

function readText(path: string): string | undefined {
  try {
    // Two names of a ledger would have two logs and two locks.
    checkWritable(path, 'ledger');
    return readRegularFile(path, 'ledger');
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DelineaError('ledger_damaged', `cannot read the ledger (${code})`, {
      hint: 'Correct its permissions, or pass another path with --ledger.',
      path,
      cause: error,
    });
  }
}

function parse(text: string, path: string): z.infer<typeof file> & Pick<LedgerContent, 'objects'> {
  const excess = jsonFileExcess(text);
  if (excess) throw damaged(path, `the file ${excess}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (/^<{7} /m.test(text)) throw unmerged(path);
    const { line, column } = jsonFault(text);
    throw damaged(path, `not JSON: line ${line}, column ${column}`);
  }
  const trick = jsonTrick(text);
  if (trick) throw damaged(path, `the file ${trick}`);
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    const { path: property, message } = parsed.error.issues[0]!;
    throw damaged(path, `${property.join('.') || 'file'}: ${message}`);
  }
  return parsed.data as z.infer<typeof file> & Pick<LedgerContent, 'objects'>;
}

function damaged(path: string, why: string): DelineaError {
  return new DelineaError('ledger_damaged', `the ledger is damaged: ${why}`, {
    path,
    hint: 'Restore it from version control or a backup. If you cannot, move it away.',
    remedy: { kind: 'initLedger' },
  });
}

function unmerged(path: string): DelineaError {
  return new DelineaError('ledger_damaged', 'the ledger has the conflict markers of a merge', { path, hint: MERGE });
}
