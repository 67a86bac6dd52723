import type { Tenant } from '../api/tenant.js';
import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { AccessPath } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import { accessPaths, liveView } from '../read/access-paths.js';
import { groupsWithHiddenMembers } from '../read/memberships.js';
import { openReader } from '../read/open-reader.js';
import { type OpenSessions, readOpenSessions } from '../read/open-sessions.js';

/** What an account still has, as the tenant shows it now. */
export interface RemainingAccess {
  /** Whether its login is disabled, or the account gone; undefined: that could not be read. */
  readonly disabled: boolean | undefined;
  /** Groups however deep, permissions and roles, its own and those of its groups; what it owns comes first. */
  readonly paths: readonly AccessPath[];
  readonly work: readonly OpenSessions[];
  /** For people: what should have been read and could not. Where something stands here, nothing else proves an absence. */
  readonly unread: readonly string[];
}

/**
 * Reads anew what is left of an account. Nothing that was read before is believed; a fault of one part is said.
 * @param owned what the ledger says is ours: it knows members whom a group may not show
 */
export async function readRemainingAccess(
  tenant: Tenant,
  account: Principal,
  owned: readonly OwnedObject[] = [],
): Promise<RemainingAccess> {
  const reader = openReader(tenant);
  const disabled = await orErrorMessage(() => isDisabled(tenant, account));
  const { paths, unread } = await accessPaths(reader, account, liveView(reader), (_, read) => orErrorMessage(read));
  const untold = await orErrorMessage(() => groupsWithHiddenMembers(reader, owned, account.id));
  const work = await readOpenSessions(tenant, reader.translator, account);
  return {
    disabled: typeof disabled === 'string' ? undefined : disabled,
    paths: [...paths].sort((left, right) => Number(right.owns ?? false) - Number(left.owns ?? false)),
    work,
    unread: [
      ...(typeof disabled === 'string' ? [`whether the login is disabled: ${disabled}`] : []),
      ...unread,
      ...(typeof untold === 'string' ? [`groups that the ledger knows it in: ${untold}`] : untold),
      ...work.flatMap(({ what, unread }) => (unread === undefined ? [] : [`${what}: ${unread}`])),
    ],
  };
}

/** Whether anything is left that could be read; what could not is another matter. */
export function hasRemainingAccess({ disabled, paths, work }: RemainingAccess): boolean {
  return disabled === false || paths.length > 0 || work.some(({ open = 0 }) => open > 0);
}

async function isDisabled(tenant: Tenant, { kind, id }: Principal): Promise<boolean> {
  const collection = tenant.collection(kind);
  const { removal } = collection.resource;
  const live = await collection.get(id);
  return (
    !live || (removal?.verb === 'deactivate' && diff(collection.resource, removal.inactive, live.values).length === 0)
  );
}

async function orErrorMessage<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return error.message;
  }
}
