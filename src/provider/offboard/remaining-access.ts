import type { Tenant } from '../api/tenant.js';
import { isInactive } from '../model/diff.js';
import { asError, DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { AccessPath } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { accessPaths } from '../read/access-paths.js';
import { loadObject } from '../read/load-object.js';
import { groupsWithHiddenMembers } from '../read/memberships.js';
import { type OpenSessions, readOpenSessions } from '../read/open-sessions.js';
import { openReader, type TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';

/** The access that an account still has, as the tenant shows it now. */
export interface RemainingAccess {
  /** Whether the login is disabled or the account deleted; undefined: could not be read. */
  readonly disabled: boolean | undefined;
  /** Groups at any depth, and permissions and roles of the account and of those groups; ownership first. */
  readonly paths: readonly AccessPath[];
  readonly work: readonly OpenSessions[];
  /** Reasons why parts could not be read, as text for people. Unless empty, other access may remain. */
  readonly unread: readonly string[];
}

/**
 * Reads the remaining access of an account, with a new reader that reuses no earlier response. Errors of one part are
 * reported in `unread`.
 * @param owned entries of the ledger, which has members that a group may not show
 */
export async function readRemainingAccess(
  tenant: Tenant,
  account: Principal,
  owned: readonly OwnedObject[] = [],
): Promise<RemainingAccess> {
  const reader = openReader(tenant);
  const disabled = await isDisabled(reader, account).catch(asError());
  const access = await accessPaths(reader, [account], [], (_, read) => read().catch(asError()));
  const { paths, unread } = access.get(principalKey(account))!;
  const hiddenGroups = await groupsWithHiddenMembers(reader, owned, account.id).catch(asError());
  const [work = []] = await readOpenSessions(tenant, reader.translator, [account]);
  return {
    disabled: disabled instanceof DelineaError ? undefined : disabled,
    paths: [...paths].sort((left, right) => Number(right.owns ?? false) - Number(left.owns ?? false)),
    work,
    unread: [
      ...(disabled instanceof DelineaError ? [`whether the login is disabled: ${disabled.message}`] : []),
      ...unread,
      ...(hiddenGroups instanceof DelineaError
        ? [`groups that the ledger records for it: ${hiddenGroups.message}`]
        : hiddenGroups),
      ...work.flatMap(({ what, unread }) => (unread === undefined ? [] : [`${what}: ${unread}`])),
    ],
  };
}

/** Returns whether access remains; ignores parts that could not be read. */
export function hasRemainingAccess({ disabled, paths, work }: RemainingAccess): boolean {
  return disabled === false || paths.length > 0 || work.some(({ open = 0 }) => open > 0);
}

async function isDisabled(reader: TenantReader, { kind, id }: Principal): Promise<boolean> {
  const resource = resourceOf(kind);
  const { removal } = resource;
  const live = await loadObject(reader, kind, id, removal?.verb === 'deactivate' ? Object.keys(removal.inactive) : []);
  return !live || isInactive(resource, live.values);
}
