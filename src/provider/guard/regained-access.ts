import type { Step } from '../model/plan.js';
import { principalKey } from '../model/principal.js';
import { accessPaths, type HeldAccess } from '../read/access-paths.js';
import type { TenantReader } from '../read/tenant-reader.js';

/**
 * Returns the access that accounts regain when these steps enable them again, by key of the enabling step. Permissions
 * and memberships count as the steps leave them.
 */
export async function regainedAccess(
  reader: TenantReader,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, HeldAccess>> {
  const enabled = steps.flatMap(({ key, operation, kind, id }) =>
    operation === 'reactivate' && id !== undefined ? [{ key, account: { kind, id } }] : [],
  );
  if (enabled.length === 0) return new Map();
  const accounts = enabled.map(({ account }) => account);
  const access = await accessPaths(reader, accounts, steps);
  return new Map(enabled.map(({ key, account }) => [key, access.get(principalKey(account))!]));
}
