import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { Principal } from '../model/principal.js';
import type { JsonObject } from '../model/values.js';
import type { Activity, OpenList } from '../settings/activity.js';
import { type ConfiguredSurface, unsetVariables } from '../settings/configured-surface.js';
import { surfaces } from '../settings/surfaces.js';
import type { IdTranslator } from './id-translator.js';

/**
 * Sessions or check-outs that stay open after the log-in of an account is disabled (guide 000: clean-up is
 * asynchronous).
 */
export interface OpenSessions {
  /** `sessions`. */
  readonly what: string;
  /** The number of open sessions or check-outs; undefined if unknown. */
  readonly open?: number;
  /** The secrets that they give access to. */
  readonly names?: readonly string[];
  /** Why they could not be read. */
  readonly unread?: string;
  /** Why nothing was read: the surface that lists them is not configured. */
  readonly unset?: string;
}

/** An open session or check-out: its id and the secret that it gives access to. */
export interface OpenEntry {
  readonly id: string;
  readonly name: string;
  /** The entry as the service lists it. */
  readonly raw: JsonObject;
}

/** A surface that lists sessions; `unset`: why it cannot be used. */
export type ActiveSurface = { readonly activity: Activity } & (
  | { readonly surface: ConfiguredSurface }
  | { readonly surface: undefined; readonly unset: string }
);

/** Returns the surfaces that list sessions of a kind of account, whether they are configured or not. */
export function activeSurfaces({ settings }: Tenant, kind: string): ActiveSurface[] {
  return Object.values(surfaces).flatMap((row): ActiveSurface[] => {
    const { activity } = row;
    if (!activity || !(kind in row.serves)) return [];
    const surface = settings.surfaces[row.name];
    const [unset] = unsetVariables(row, surface);
    if (surface && !unset) return [{ activity, surface }];
    return [{ activity, surface: undefined, unset: `${row.title} is not configured: set ${unset!.join(' and ')}` }];
  });
}

/**
 * Reads the open sessions and check-outs of accounts, in the same order. A failed read is reported and does not stop the
 * others. A list that no query limits to one account is read once for all of them.
 */
export function readOpenSessions(
  tenant: Tenant,
  translator: IdTranslator,
  accounts: readonly Principal[],
): Promise<OpenSessions[][]> {
  const whole = new Map<OpenList, Promise<readonly JsonObject[]>>();
  const read: ReadList = (surface, list, account) => {
    const reading = whole.get(list) ?? readList(tenant, surface, list, account);
    if (list.accountFilter === undefined) whole.set(list, reading);
    return reading;
  };
  return Promise.all(accounts.map((account) => openSessionsOf(tenant, translator, account, read)));
}

/** Reads a list; `account`: id on the surface. */
type ReadList = (surface: ConfiguredSurface, list: OpenList, account: string) => Promise<readonly JsonObject[]>;

async function openSessionsOf(
  tenant: Tenant,
  translator: IdTranslator,
  account: Principal,
  read: ReadList,
): Promise<OpenSessions[]> {
  const found = activeSurfaces(tenant, account.kind).map((active) =>
    Promise.all(
      active.activity.lists.map(async (list): Promise<OpenSessions> => {
        const { what } = list;
        if (!active.surface) return { what, unset: active.unset };
        try {
          const id = await accountOn(active.surface, translator, account);
          const entries = entriesOf(await read(active.surface, list, id), list, id);
          return { what, open: entries.length, names: entries.map(({ name }) => name) };
        } catch (error) {
          return { what, unread: reasonOf(error, list.permission) };
        }
      }),
    ),
  );
  return (await Promise.all(found)).flat();
}

/** Returns the id of an account on a surface. @throws DelineaError `not_found` if the surface does not show it */
export async function accountOn(
  surface: ConfiguredSurface,
  translator: IdTranslator,
  { kind, id }: Principal,
): Promise<string> {
  const found = await translator.toSurface(kind, id, surface);
  if (found !== undefined) return found;
  throw new DelineaError('not_found', `the account is not visible on the ${surface.title}`);
}

/** Reads the open entries of one account. @throws DelineaError if the list cannot be read to its end, or as `entriesOf` */
export async function openEntries(
  tenant: Tenant,
  surface: ConfiguredSurface,
  list: OpenList,
  account: string,
): Promise<OpenEntry[]> {
  return entriesOf(await readList(tenant, surface, list, account), list, account);
}

function readList(
  tenant: Tenant,
  surface: ConfiguredSurface,
  { what, path, query, accountFilter, fields }: OpenList,
  account: string,
): Promise<readonly JsonObject[]> {
  const filter = { ...query, ...(accountFilter !== undefined && { [accountFilter]: account }) };
  return tenant.entries(surface, { path, query: filter, id: fields.id, what });
}

/**
 * Returns the open entries of one account. Compares the account of every entry: a service that ignores the filter must not
 * have sessions of others counted, or ended.
 * @throws DelineaError `incomplete_response` if an open entry does not show its account
 */
function entriesOf(entries: readonly JsonObject[], { what, fields }: OpenList, account: string): OpenEntry[] {
  const open = entries.filter((entry) => entry[fields.open] !== false);
  for (const entry of open) {
    const missing = [fields.open, fields.account, fields.id].find((name) => (entry[name] ?? null) === null);
    if (missing) throw new DelineaError('incomplete_response', `${what}: an entry has no ${missing}`);
  }
  return open
    .filter((entry) => String(entry[fields.account]) === account)
    .map((raw) => ({ id: String(raw[fields.id]), name: String(raw[fields.name] ?? raw[fields.id]), raw }));
}

/** Returns the message of an error, with the permission that a refused request needs. @throws every other error */
export function reasonOf(error: unknown, permission: string): string {
  if (!(error instanceof DelineaError)) throw error;
  return error.code === 'forbidden' ? `${error.message}. It needs the permission "${permission}"` : error.message;
}
