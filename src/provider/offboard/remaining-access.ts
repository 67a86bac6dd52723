import type { Tenant } from '../api/tenant.js';
import { diff } from '../model/diff.js';
import { asError, DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { AccessPath } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import { accessPaths, liveView } from '../read/access-paths.js';
import { loadObject } from '../read/load-object.js';
import { groupsWithHiddenMembers } from '../read/memberships.js';
import { type OpenSessions, readOpenSessions } from '../read/open-sessions.js';
import { openReader, type TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';

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
  const reading = openReader(tenant);
  const disabled = await isDisabled(reading, account).catch(asError());
  const { paths, unread } = await accessPaths(reading, account, liveView(reading), (_, read) =>
    read().catch(asError()),
  );
  const hidden = await groupsWithHiddenMembers(reading, owned, account.id).catch(asError());
  const work = await readOpenSessions(tenant, reading.translator, account);
  return {
    disabled: disabled instanceof DelineaError ? undefined : disabled,
    paths: [...paths].sort((left, right) => Number(right.owns ?? false) - Number(left.owns ?? false)),
    work,
    unread: [
      ...(disabled instanceof DelineaError ? [`whether the login is disabled: ${disabled.message}`] : []),
      ...unread,
      ...(hidden instanceof DelineaError ? [`groups that the ledger knows it in: ${hidden.message}`] : hidden),
      ...work.flatMap(({ what, unread }) => (unread === undefined ? [] : [`${what}: ${unread}`])),
    ],
  };
}

/** Whether anything is left that could be read; what could not is another matter. */
export function hasRemainingAccess({ disabled, paths, work }: RemainingAccess): boolean {
  return disabled === false || paths.length > 0 || work.some(({ open = 0 }) => open > 0);
}

async function isDisabled(reader: TenantReader, { kind, id }: Principal): Promise<boolean> {
  const resource = resourceOf(kind);
  const { removal } = resource;
  const live = await loadObject(reader, kind, id, removal?.verb === 'deactivate' ? Object.keys(removal.inactive) : []);
  return !live || (removal?.verb === 'deactivate' && diff(resource, removal.inactive, live.values).length === 0);
}
