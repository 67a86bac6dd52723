import { isMass } from '../guard/guards.js';
import { removes } from '../guard/reductions.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { ResourceChange } from '../model/plan.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';

/** What an apply takes away, counted against all that live: the plan has counted against what is managed. */
export class RemovalCount {
  private readonly counts = new Map<string, number>();

  constructor(private readonly reader: TenantReader) {}

  /** Counts a change at once. @returns why it is one too many, counted all the same; undefined: it may be carried out */
  count(change: ResourceChange): Promise<DelineaError | undefined> {
    const lost = kindsLost(change);
    for (const kind of lost) this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return this.judge(lost, []);
  }

  /** Why a change, which is not counted yet, would be one too many. */
  wouldRefuse(change: ResourceChange): Promise<DelineaError | undefined> {
    const lost = kindsLost(change);
    return this.judge(lost, lost);
  }

  /** What was counted was not done. */
  uncount(change: ResourceChange): void {
    for (const kind of kindsLost(change)) this.back(kind, 1);
  }

  /** What was taken away at one address and is given again at another was never lost. */
  back(kind: string, times: number): void {
    this.counts.set(kind, Math.max(0, (this.counts.get(kind) ?? 0) - times));
  }

  private async judge(lost: readonly string[], ahead: readonly string[]): Promise<DelineaError | undefined> {
    const sum = [...this.counts.values()].reduce((left, right) => left + right, ahead.length);
    const allowed = this.reader.tenant.settings.allowance.removals;
    if (allowed !== undefined && sum <= allowed) return undefined;
    for (const kind of new Set(lost)) {
      const resource = resourceOf(kind);
      if (isEdge(resource)) continue;
      const count = (this.counts.get(kind) ?? 0) + ahead.filter((one) => one === kind).length;
      const total = await this.reader.snapshot.view(kind).count();
      if (!isMass(count, total)) continue;
      return new DelineaError('refused_by_guard', `${count} of ${total} ${resource.plural} would be removed`, {
        hint: `If that is meant, say so on the provider, for one run: allow_removals = ${sum} (so many until now).`,
      });
    }
    return undefined;
  }
}

function kindsLost({ delinea }: ResourceChange): string[] {
  return (delinea.edgeSteps ?? [delinea]).filter(removes).map(({ kind }) => kind);
}
