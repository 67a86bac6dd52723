import { DelineaError, type Tenant, type TenantAccess } from '../provider/index.js';
import {
  acceptDrift,
  type Drift,
  type DriftItem,
  dayFault,
  entryFor,
  matching,
  neverAccepted,
} from '../review/index.js';
import { addToIgnoreFile, type IgnoreFile } from './ignore-file.js';

export interface AcceptOptions {
  /** Reason for which the present drift is accepted. */
  readonly accept?: string;
  /** Last day on which it is accepted. */
  readonly until?: string;
  /** Addresses or names; unset: everything that can be accepted. */
  readonly acceptOnly?: readonly string[];
}

/** Entries that were added to the ignore file, and the items that can never be in it, with the reason. */
export interface Acceptance {
  readonly added: number;
  readonly refused: readonly string[];
}

/** Refuses options of an acceptance that do not belong together. @throws DelineaError `settings_invalid` */
export function checkAcceptOptions({ accept, until, acceptOnly = [] }: AcceptOptions, now: number): void {
  const hint = 'Pass --accept "<reason>" --until <day>, such as 2026-12-31.';
  if ((accept === undefined) !== (until === undefined) || (accept === undefined && acceptOnly.length > 0))
    throw new DelineaError('settings_invalid', '--accept and --until are needed together', { hint });
  if (accept === undefined || until === undefined) return;
  const fault = dayFault(until, now) ?? (Date.parse(`${until}T23:59:59Z`) < now ? 'is over' : undefined);
  if (fault !== undefined) throw new DelineaError('settings_invalid', `--until ${fault}`, { hint });
  if (accept.trim() === '' || accept.length > 500)
    throw new DelineaError('settings_invalid', '--accept must have a reason of at most 500 characters', { hint });
}

/**
 * Applies the ignore file to a drift, after the present drift was added to it if that was asked for. The access in the tenant
 * is read only if an entry matches: it decides which drift can never be accepted.
 * @param read reads the access in the tenant
 * @param now in milliseconds
 */
export async function applyIgnoreFile(
  { settings }: Tenant,
  read: () => Promise<TenantAccess>,
  drift: Drift,
  file: IgnoreFile,
  { accept, until, acceptOnly }: AcceptOptions,
  now: number,
): Promise<{ readonly drift: Drift; readonly acceptance?: Acceptance }> {
  const isMatched = file.entries.some((entry) => matching(entry, drift.items).length > 0);
  if (accept === undefined && !isMatched) {
    const { items, problems } = acceptDrift(drift.items, file.entries, () => undefined, now);
    return { drift: { ...drift, items, problems } };
  }
  const rule = neverAccepted(await read(), [...settings.ownAccounts, ...settings.protectedPrincipals]);
  const before = acceptDrift(drift.items, file.entries, rule, now);
  if (accept === undefined || until === undefined)
    return { drift: { ...drift, items: before.items, problems: before.problems } };
  const wanted = chosen(
    before.items.filter(({ accepted }) => !accepted),
    acceptOnly,
  );
  const refused = wanted.flatMap((item) => {
    const why = rule(item);
    return why === undefined ? [] : [`${item.message}: ${why}`];
  });
  const added = wanted.filter((item) => rule(item) === undefined).map((item) => entryFor(item, accept.trim(), until));
  const written = added.length > 0 ? await addToIgnoreFile(file, added) : file;
  const { items, problems } = acceptDrift(drift.items, written.entries, rule, now);
  return { drift: { ...drift, items, problems }, acceptance: { added: added.length, refused } };
}

/** Returns the items with one of these addresses or names. @throws DelineaError `unknown_name` for one that none has */
function chosen(items: readonly DriftItem[], only: readonly string[] | undefined): readonly DriftItem[] {
  if (only === undefined) return items;
  const has = (item: DriftItem, name: string) => item.address === name || item.object.name === name;
  for (const name of only) {
    if (items.some((item) => has(item, name))) continue;
    throw new DelineaError('unknown_name', `--accept-only: no drift has the address or name "${name}"`, {
      hint: 'Run drift without --accept, which lists them.',
    });
  }
  return items.filter((item) => only.some((name) => has(item, name)));
}
