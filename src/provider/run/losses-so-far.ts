import type { ResourceChange } from '../engine/format.js';
import { isMass } from '../engine/guards.js';
import { takesAway } from '../engine/losses.js';
import { isEdge } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { resourceOf } from '../resources/index.js';
import type { Piece } from './piece.js';
import { isLossy } from './run-guard.js';
import type { Running } from './running.js';

/** Judges and counts what a change is about to take away. @throws DelineaError `refused_by_guard` */
export async function refuseLosses(running: Running, { memory }: Piece, change: ResourceChange): Promise<void> {
  if (!isLossy(change)) return;
  if (memory?.planned?.blind && running.tenant.settings.allowance.removals === undefined) throw unjudged(change);
  running.guard.note(change);
  await running.guard.judge(change, false);
  countLosses(running, change);
  const refused = await tooMany(running, change, true);
  if (refused) throw refused;
}

/** The guards count over a plan; in an apply nobody tells what is still to come. */
function unjudged({ delinea }: ResourceChange): DelineaError {
  return new DelineaError(
    'refused_by_guard',
    `${delinea.label}: planned without sight of the tenant, so no guard has judged it`,
    {
      hint: 'The provider block was not known then. Plan again now; if it stays unknown, allow_removals on the provider lets it through.',
    },
  );
}

/** Counts what an apply takes away, against all that live: the plan has counted against what is managed. */
function countLosses({ removed }: Running, change: ResourceChange): void {
  for (const kind of kindsLost(change)) removed.set(kind, (removed.get(kind) ?? 0) + 1);
}

/** What was taken away at one address and is given again at another was never lost. */
export function countBack({ removed }: Running, kind: string, times: number): void {
  if (times > 0) removed.set(kind, Math.max(0, (removed.get(kind) ?? 0) - times));
}

/**
 * Why a change is one too many; undefined: it may be carried out.
 * @param isCounted whether it stands in the count already
 */
export async function tooMany(
  running: Running,
  change: ResourceChange,
  isCounted: boolean,
): Promise<DelineaError | undefined> {
  const { removed, tenant, shared } = running;
  const kinds = kindsLost(change);
  const gone = isCounted ? [] : kinds;
  const allowed = tenant.settings.allowance.removals;
  const sum = [...removed.values()].reduce((left, right) => left + right, gone.length);
  if (allowed !== undefined && sum <= allowed) return undefined;
  for (const kind of new Set(kinds)) {
    const resource = resourceOf(kind);
    if (isEdge(resource)) continue;
    const count = (removed.get(kind) ?? 0) + gone.filter((one) => one === kind).length;
    const total = await shared.snapshot.view(kind).count();
    if (!isMass(count, total)) continue;
    return new DelineaError('refused_by_guard', `${count} of ${total} ${resource.plural} would be removed`, {
      hint: `If that is meant, say so on the provider, for one run: allow_removals = ${sum} (so many until now).`,
    });
  }
  return undefined;
}

function kindsLost({ delinea }: ResourceChange): string[] {
  return (delinea.parts ?? [delinea]).filter(takesAway).map(({ kind }) => kind);
}
