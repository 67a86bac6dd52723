import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import { isTooManyMissing } from '../plan/visibility.js';
import type { TenantReader } from '../read/tenant-reader.js';

/**
 * Measures what a run can see against what its states hold, as they are told one by one. An account that lost sight of
 * folders or groups looks just like a tenant where they were deleted (guide 004: visibility is ownership).
 */
export class VisibilityTracker {
  private readonly counts = new Map<string, { seen: number; missing: number }>();

  constructor(private readonly reader: TenantReader) {}

  record(kind: string, isThere: boolean): void {
    const { seen, missing } = this.counted(kind);
    this.counts.set(kind, isThere ? { seen: seen + 1, missing } : { seen, missing: missing + 1 });
  }

  /** How many of a kind are missing until now, where nobody has allowed that. */
  unallowed(kind: string): number | undefined {
    const { missing } = this.counted(kind);
    return this.isAllowed(missing) ? undefined : missing;
  }

  private counted(kind: string): { readonly seen: number; readonly missing: number } {
    return this.counts.get(kind) ?? { seen: 0, missing: 0 };
  }

  private isAllowed(missing: number): boolean {
    const allowed = this.reader.tenant.settings.allowMissing;
    return allowed !== undefined && missing <= allowed;
  }

  /** @throws DelineaError `sight_narrowed` where too much of a kind is missing to be believed */
  async enforce(resource: Resource): Promise<void> {
    const { seen, missing } = this.counted(resource.type);
    if (this.isAllowed(missing)) return;
    const listed = !isEdge(resource) && !resource.authoritativeFor;
    const empty = listed && (await this.reader.snapshot.view(resource.type).count()) === 0;
    if (!empty && !isTooManyMissing(missing, seen + missing)) return;
    const { title } = this.reader.tenant.home(resource.type);
    throw new DelineaError(
      'visibility_reduced',
      `${missing} of ${seen + missing} ${resource.plural} of the state do not show on the ${title}${empty ? `; its list of ${resource.plural} is empty` : ''}`,
      {
        hint: `Check what the account may see; if they are really gone, say so on the provider, for one run: allow_missing = ${missing} (so many until now; the last such error has the sum).`,
      },
    );
  }
}
