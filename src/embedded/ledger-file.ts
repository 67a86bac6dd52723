import * as z from 'zod';
import {
  DelineaError,
  type OwnedObject,
  type RecordedSet,
  readRegularFile,
  resources,
  type UsedConsent,
  visibleJson,
} from '../provider/index.js';

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

const recordedSet = z.strictObject({ address: z.string().min(1), settings: values });

const file = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  tenant: z.string(),
  objects: z.array(owned),
  usedConsents: z.array(usedConsent).optional(),
  sets: z.array(recordedSet).optional(),
});

/** Content of a ledger. */
export interface LedgerContent {
  readonly objects: readonly OwnedObject[];
  /** Used consents that no entry has: those of accounts that are no longer managed, and all but the last of an account. */
  readonly usedConsents: readonly UsedConsent[];
  /** The settings of authoritative sets, which have no entry. One that is no longer declared stays, with its last settings. */
  readonly sets: readonly RecordedSet[];
}

/** The stack and tenant that a ledger belongs to. */
export interface LedgerOwner {
  readonly stack: string;
  /** The tenant's URL. */
  readonly tenant: string;
}

/**
 * Reads the managed objects and the used consents of a ledger, without a lock.
 * @returns undefined if the file does not exist
 * @throws DelineaError `ledger_damaged`, `file_refused`, or `settings_invalid` for the ledger of another stack or tenant
 */
export async function readLedger(path: string, owner: LedgerOwner): Promise<LedgerContent | undefined> {
  const text = readText(path);
  if (text === undefined) return undefined;
  const { stack, tenant, objects, usedConsents = [], sets = [] } = parse(text, path);
  const other =
    stack !== owner.stack
      ? `stack "${stack}", not "${owner.stack}"`
      : tenant !== owner.tenant
        ? `tenant ${tenant}, not ${owner.tenant}`
        : '';
  if (other) {
    throw new DelineaError('settings_invalid', `the ledger belongs to ${other}`, {
      path,
      hint: 'Correct the settings, or pass the right ledger with --ledger.',
    });
  }
  return { objects, usedConsents, sets };
}

/** Reads the name of the ledger's stack; undefined if the file does not exist. @throws DelineaError `ledger_damaged` */
export async function stackOfLedger(path: string): Promise<string | undefined> {
  const text = readText(path);
  return text === undefined ? undefined : parse(text, path).stack;
}

/** Returns the text of a ledger: one sorted object, consent or set per line, so that version control shows the changes. */
export function ledgerText(
  { stack, tenant }: LedgerOwner,
  lines: readonly string[],
  consents: readonly string[],
  sets: readonly string[],
): string {
  const head = `{"version":1,"stack":${JSON.stringify(stack)},"tenant":${JSON.stringify(tenant)},"objects":[`;
  const list = (each: readonly string[]) => `\n${each.map((line) => `  ${line}`).join(',\n')}\n]`;
  const optional = (name: string, each: readonly string[]) => (each.length > 0 ? `,"${name}":[${list(each)}` : '');
  return `${head}${list(lines)}${optional('usedConsents', consents)}${optional('sets', sets)}}\n`;
}

/** Returns the line of an entry with only the properties that belong in the file. */
export function ledgerLine(entry: OwnedObject): string {
  const { address, kind, id, surface, endSurfaces, key, onRemoval, settings } = entry;
  const { managedMembers, reactivated, correlation } = entry;
  const text = JSON.stringify({
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
  return visibleJson(text);
}

/** Returns the line of a used consent, with properties in a fixed order: equal lines are the same consent. */
export function consentLine({ kind: type, id, key, consent }: UsedConsent): string {
  return visibleJson(JSON.stringify({ kind: type, id, key, consent }));
}

/** Returns the line of a set, with properties in a fixed order. */
export function setLine({ address, settings }: RecordedSet): string {
  return visibleJson(JSON.stringify({ address, settings }));
}

function readText(path: string): string | undefined {
  try {
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
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(path, 'not JSON');
  }
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
