import type { Step } from '../model/plan.js';
import { accessPaths, type HeldAccess } from '../read/access-paths.js';
import { type Directory, liveDirectory } from '../read/directory.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { projectView } from './projected-access.js';

/**
 * Returns the access that accounts regain when these steps enable them again, by key of the enabling step. Permissions
 * and memberships count as the steps leave them.
 */
export async function regainedAccess(
  reader: TenantReader,
  steps: readonly Step[],
  live: Directory = liveDirectory(reader),
): Promise<ReadonlyMap<string, HeldAccess>> {
  const view = projectView(reader, live, steps);
  const regained = new Map<string, HeldAccess>();
  for (const { key, operation, kind, id } of steps) {
    if (operation === 'reactivate' && id !== undefined)
      regained.set(key, await accessPaths(reader, { kind, id }, view));
  }
  return regained;
}
