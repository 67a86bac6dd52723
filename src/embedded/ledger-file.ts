import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DelineaError, type OwnedObject, resources, type UsedConsent } from '../provider/index.js';

const kind = z.string().refine((name) => resources.some(({ type }) => type === name), 'unknown kind');

const owned = z.strictObject({
  address: z.string().min(1),
  kind,
  id: z.string().min(1),
  surface: z.string().min(1),
  endSurfaces: z.record(z.string(), z.string()).optional(),
  key: z.record(z.string(), z.unknown()),
  onRemoval: z.string().optional(),
  managedMembers: z.record(z.string(), z.array(z.string())).optional(),
  reactivated: z.string().optional(),
  correlation: z.string().min(1).optional(),
});

const usedConsent = z.strictObject({
  kind,
  id: z.string().min(1),
  key: z.record(z.string(), z.unknown()),
  consent: z.string(),
});

const file = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  tenant: z.string(),
  objects: z.array(owned),
  usedConsents: z.array(usedConsent).optional(),
});

/** Content of a ledger. */
export interface LedgerContent {
  readonly objects: readonly OwnedObject[];
  /** Used consents that no entry has: those of accounts that are no longer managed, and all but the last of an account. */
  readonly usedConsents: readonly UsedConsent[];
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
 * @throws DelineaError `ledger_damaged`, or `settings_invalid` for the ledger of another stack or tenant
 */
export async function readLedger(path: string, owner: LedgerOwner): Promise<LedgerContent | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const { stack, tenant, objects, usedConsents = [] } = parse(text, path);
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
  return { objects, usedConsents };
}

/** Reads the name of the ledger's stack; undefined if the file does not exist. @throws DelineaError `ledger_damaged` */
export async function stackOfLedger(path: string): Promise<string | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parse(text, path).stack;
}

/** Returns the text of a ledger: one sorted object or consent per line, so that version control shows the changes. */
export function ledgerText(
  { stack, tenant }: LedgerOwner,
  lines: readonly string[],
  consents: readonly string[],
): string {
  const head = `{"version":1,"stack":${JSON.stringify(stack)},"tenant":${JSON.stringify(tenant)},"objects":[`;
  const list = (each: readonly string[]) => `\n${each.map((line) => `  ${line}`).join(',\n')}\n]`;
  return `${head}${list(lines)}${consents.length > 0 ? `,"usedConsents":[${list(consents)}` : ''}}\n`;
}

/** Returns the line of an entry with only the properties that belong in the file. */
export function ledgerLine(entry: OwnedObject): string {
  const { address, kind, id, surface, endSurfaces, key, onRemoval, managedMembers, reactivated, correlation } = entry;
  return JSON.stringify({
    address,
    kind,
    id,
    surface,
    endSurfaces,
    key,
    onRemoval,
    managedMembers,
    reactivated,
    correlation,
  });
}

/** Returns the line of a used consent, with properties in a fixed order: equal lines are the same consent. */
export function consentLine({ kind: type, id, key, consent }: UsedConsent): string {
  return JSON.stringify({ kind: type, id, key, consent });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
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
