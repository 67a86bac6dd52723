import { DelineaError } from '../errors.js';
import type { Tenant } from '../tenant.js';
import { accessOf } from './access.js';
import type { OwnedObject } from './declaration.js';
import { diff } from './diff.js';
import { liveDirectory, type Principal } from './directory.js';
import type { AccessPath } from './format.js';
import { groupsNotTelling } from './memberships.js';
import { type OpenWork, openWork } from './open-work.js';
import { openReading } from './reading.js';

/** What an account still has, as the tenant shows it now. */
export interface Residue {
  /** Whether its login is disabled, or the account gone; undefined: that could not be read. */
  readonly disabled: boolean | undefined;
  /** Groups however deep, permissions and roles, its own and those of its groups; what it owns comes first. */
  readonly paths: readonly AccessPath[];
  readonly work: readonly OpenWork[];
  /** For people: what should have been read and could not. Where something stands here, nothing else proves an absence. */
  readonly unread: readonly string[];
}

/**
 * Reads anew what is left of an account. Nothing that was read before is believed; a fault of one part is said.
 * @param owned what the ledger says is ours: it knows members whom a group may not show
 */
export async function residueOf(
  tenant: Tenant,
  account: Principal,
  owned: readonly OwnedObject[] = [],
): Promise<Residue> {
  const reading = openReading(tenant);
  const disabled = await orWhy(() => isDisabled(tenant, account));
  const { paths, unseen } = await accessOf(reading, account, liveDirectory(reading), [], (_, read) => orWhy(read));
  const untold = await orWhy(() => groupsNotTelling(reading, owned, account.id));
  const work = await openWork(tenant, reading.identity, account);
  return {
    disabled: typeof disabled === 'string' ? undefined : disabled,
    paths: [...paths].sort((left, right) => Number(right.owns ?? false) - Number(left.owns ?? false)),
    work,
    unread: [
      ...(typeof disabled === 'string' ? [`whether the login is disabled: ${disabled}`] : []),
      ...unseen,
      ...(typeof untold === 'string' ? [`groups that the ledger knows it in: ${untold}`] : untold),
      ...work.flatMap(({ what, unread }) => (unread === undefined ? [] : [`${what}: ${unread}`])),
    ],
  };
}

/** Whether anything is left that could be read; what could not is another matter. */
export function isLeft({ disabled, paths, work }: Residue): boolean {
  return disabled === false || paths.length > 0 || work.some(({ open = 0 }) => open > 0);
}

async function isDisabled(tenant: Tenant, { kind, id }: Principal): Promise<boolean> {
  const collection = tenant.collection(kind);
  const { removal } = collection.resource;
  const live = await collection.get(id);
  return !live || (removal?.verb === 'deactivate' && diff(collection.resource, removal.to, live.values).length === 0);
}

async function orWhy<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return error.message;
  }
}
