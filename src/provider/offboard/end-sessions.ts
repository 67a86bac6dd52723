import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { Principal } from '../model/principal.js';
import {
  type ActiveSurface,
  accountOn,
  activeSurfaces,
  type OpenEntry,
  openEntries,
  reasonOf,
} from '../read/open-sessions.js';
import { poll } from '../read/poll.js';
import { openReader } from '../read/tenant-reader.js';
import type { EndRequest, LogOut, OpenList } from '../settings/activity.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';

/** The result of ending the log-ins, sessions or check-outs of one account. */
export interface EndedSessions {
  /** `log-ins`, `sessions`, `check-outs`. */
  readonly what: string;
  /** The number that ended, as read back; undefined for log-ins, which no call lists. */
  readonly ended?: number;
  /** The secrets of those that are still open. */
  readonly open: readonly string[];
  /** Why some were not ended. */
  readonly refused?: string;
  /** Why it is not known which are open. */
  readonly unread?: string;
}

/** One write that ends sessions, for the log: before it is sent, and after the service accepted or refused it. */
export interface EndEvent {
  readonly what: string;
  readonly id: string;
  readonly outcome: 'sending' | 'written' | 'failed';
  readonly detail?: string;
}

const LOG_INS = 'log-ins';

/**
 * Ends the log-ins, sessions and check-outs of an account, and reads until none is left. The account is disabled before, or
 * it could log in again; log-ins end first, since they can start sessions. Each write is sent once: only a read shows
 * whether it was executed.
 * @param log receives each write before and after it is sent; a write that it cannot record is not sent
 */
export async function endSessions(
  tenant: Tenant,
  account: Principal,
  log: (event: EndEvent) => Promise<void>,
): Promise<EndedSessions[]> {
  const { translator } = openReader(tenant);
  const ended: EndedSessions[] = [];
  for (const active of activeSurfaces(tenant, account.kind)) {
    const { lists } = active.activity;
    const id = await idOn(active, () => accountOn(active.surface!, translator, account));
    if ('unread' in id)
      ended.push(...[LOG_INS, ...lists.map(({ what }) => what)].map((what) => ({ what, open: [], ...id })));
    else {
      const run = { tenant, surface: active.surface!, account: id.id, log };
      ended.push(await logOut(run, active.activity.logOut));
      for (const list of lists) ended.push(await endEach(run, list));
    }
  }
  return ended;
}

/** The requests about one account on one surface. */
interface Run {
  readonly tenant: Tenant;
  readonly surface: ConfiguredSurface;
  /** Id of the account on the surface. */
  readonly account: string;
  readonly log: (event: EndEvent) => Promise<void>;
}

async function idOn(active: ActiveSurface, read: () => Promise<string>): Promise<{ id: string } | { unread: string }> {
  if (!active.surface) return { unread: active.unset };
  try {
    return { id: await read() };
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return { unread: error.message };
  }
}

/** Logs the account out everywhere, and waits until the service reports that as complete. */
async function logOut(run: Run, { path, progress, permission }: LogOut): Promise<EndedSessions> {
  const { tenant, surface, account } = run;
  const body = { data: { userIds: [idInBody(account)] } };
  try {
    const started = await sendOnce(run, LOG_INS, account, { method: 'POST', path, body });
    const operation = encodeURIComponent(String(started?.bulkOperationId ?? ''));
    const what = 'progress of the log-out';
    await poll(
      tenant.settings.visibilityMs,
      async () => {
        const read = { method: 'GET', path: progress.replace('{id}', operation), access: 'read', what } as const;
        const { isComplete, errors } = (await tenant.send(surface, read)) ?? {};
        if (Array.isArray(errors) && errors.length > 0)
          throw new DelineaError('rejected', `${what}: it reports errors`);
        return isComplete === true || undefined;
      },
      () => new DelineaError('not_converged', `${what}: it is not complete yet`),
    );
    return { what: LOG_INS, open: [] };
  } catch (error) {
    return { what: LOG_INS, open: [], refused: reasonOf(error, permission) };
  }
}

/** Ends every open entry of a list, and reads back. */
async function endEach(run: Run, list: OpenList): Promise<EndedSessions> {
  const { what, permission } = list;
  const read = () => openEntries(run.tenant, run.surface, list, run.account);
  try {
    const before = await read();
    const refusals: string[] = [];
    for (const entry of before) {
      await sendOnce(run, what, entry.id, endOf(list.end, entry)).catch((error: unknown) => {
        refusals.push(reasonOf(error, list.end.permission));
      });
    }
    const left = before.length === 0 ? [] : await readBack(run.tenant, read);
    const still = new Set(left.map(({ id }) => id));
    const ended = before.filter(({ id }) => !still.has(id)).length;
    // A refusal counts only if something is left: the entry may have ended by itself.
    const refused = left.length > 0 ? refusals[0] : undefined;
    return { what, ended, open: left.map(({ name }) => name), ...(refused !== undefined && { refused }) };
  } catch (error) {
    return { what, open: [], unread: reasonOf(error, permission) };
  }
}

/** Reads until no entry is open, at most as long as a change may take to become visible. Returns those that are left. */
async function readBack({ settings }: Tenant, read: () => Promise<OpenEntry[]>): Promise<OpenEntry[]> {
  const late = new DelineaError('not_converged', 'still open');
  let left: OpenEntry[] = [];
  try {
    return await poll(
      settings.visibilityMs,
      async () => {
        left = await read();
        return left.length === 0 ? left : undefined;
      },
      () => late,
    );
  } catch (error) {
    if (error === late) return left;
    throw error;
  }
}

interface Write {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: EndRequest['body'];
}

function endOf({ method, path, body, repeats = [] }: EndRequest, { id, raw }: OpenEntry): Write {
  const repeated = Object.fromEntries(repeats.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])));
  return { method, path: path.replace('{id}', encodeURIComponent(id)), body: { ...body, ...repeated } };
}

/** Sends one write and logs it. It is never repeated. */
async function sendOnce({ tenant, surface, log }: Run, what: string, id: string, write: Write) {
  await log({ what, id, outcome: 'sending' });
  try {
    const body = await tenant.send(surface, { ...write, access: 'write', what: `end ${what} ${id}` });
    await log({ what, id, outcome: 'written' });
    return body;
  } catch (error) {
    if (error instanceof DelineaError) await log({ what, id, outcome: 'failed', detail: error.message });
    throw error;
  }
}

/** Secret Server has integer ids (OpenAPI 11.7.2). */
function idInBody(id: string): number | string {
  return /^-?\d{1,10}$/.test(id) ? Number(id) : id;
}
