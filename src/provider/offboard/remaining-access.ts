import type { Tenant } from '../api/tenant.js';
import { isInactive } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { AccessPath } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import { accessPaths, liveView } from '../read/access-paths.js';
import { groupsWithHiddenMembers } from '../read/memberships.js';
import { openReader } from '../read/open-reader.js';
import { type OpenSessions, readOpenSessions } from '../read/open-sessions.js';

/** The access that an account still has, as the tenant shows it now. */
export interface RemainingAccess {
  /** Whether the login is disabled or the account deleted; undefined: could not be read. */
  readonly disabled: boolean | undefined;
  /** Groups at any depth, permissions and roles, its own and those of its groups; ownership first. */
  readonly paths: readonly AccessPath[];
  readonly work: readonly OpenSessions[];
  /** What could not be read, as text for people. Unless empty, the rest does not prove that nothing is left. */
  readonly unread: readonly string[];
}

/**
 * Reads what access is left of an account, with a new reader that reuses no earlier response. Errors of one part are
 * reported in `unread`.
 * @param owned entries of the ledger, which knows members that a group may not show
 */
export async function readRemainingAccess(
  tenant: Tenant,
  account: Principal,
  owned: readonly OwnedObject[] = [],
): Promise<RemainingAccess> {
  const reader = openReader(tenant);
  const disabled = await orErrorMessage(() => isDisabled(tenant, account));
  const { paths, unread } = await accessPaths(reader, account, liveView(reader), (_, read) => orErrorMessage(read));
  const hiddenGroups = await orErrorMessage(() => groupsWithHiddenMembers(reader, owned, account.id));
  const work = await readOpenSessions(tenant, reader.translator, account);
  return {
    disabled: typeof disabled === 'string' ? undefined : disabled,
    paths: [...paths].sort((left, right) => Number(right.owns ?? false) - Number(left.owns ?? false)),
    work,
    unread: [
      ...(typeof disabled === 'string' ? [`whether the login is disabled: ${disabled}`] : []),
      ...unread,
      ...(typeof hiddenGroups === 'string' ? [`groups that the ledger has it in: ${hiddenGroups}`] : hiddenGroups),
      ...work.flatMap(({ what, unread }) => (unread === undefined ? [] : [`${what}: ${unread}`])),
    ],
  };
}

/** Returns whether some access is left; does not consider what could not be read. */
export function hasRemainingAccess({ disabled, paths, work }: RemainingAccess): boolean {
  return disabled === false || paths.length > 0 || work.some(({ open = 0 }) => open > 0);
}

async function isDisabled(tenant: Tenant, { kind, id }: Principal): Promise<boolean> {
  const collection = tenant.collection(kind);
  const live = await collection.get(id);
  return !live || isInactive(collection.resource, live.values);
}

async function orErrorMessage<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return error.message;
  }
}
