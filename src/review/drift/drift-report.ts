import type { Attribution, Plan, ResourceChange } from '../../provider/index.js';
import type { RuleCheck } from '../rules/rules-text.js';
import { count } from '../text/attributes.js';
import { QUIET, withoutFirstAdoptions } from '../text/operations.js';
import type { IgnoreProblem } from './accepted-drift.js';
import { type DriftEvidence, driftItems, driftTotals } from './drift.js';
import { DRIFT_KINDS, type DriftItem } from './drift-item.js';

/** Changes of the audit by address; undefined: they were not asked for. */
export type Audit = Readonly<Record<string, readonly Attribution[]>> | undefined;

/** The result of a drift run: the differences, and the entries of the ignore file that accept none. */
export interface Drift {
  readonly plan: Plan;
  readonly items: readonly DriftItem[];
  readonly problems: readonly IgnoreProblem[];
  readonly audit?: Audit;
  /** The result of rules on the live access; undefined: there are none. */
  readonly check?: RuleCheck;
}

/** Returns the drift of a plan, nothing of it accepted. @param evidence unset: there is no ledger */
export function driftOf(plan: Plan, evidence: DriftEvidence = { owned: [], unverified: new Set() }): Drift {
  return { plan, items: driftItems(plan, evidence), problems: [] };
}

/** Returns the changes of a plan that drift shows; without a ledger, not the adoptions of equal objects. */
function driftingChanges({ plan }: Drift): readonly ResourceChange[] {
  return withoutFirstAdoptions(
    plan,
    plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation)),
  );
}

/** Groups items by the address of their declaration. */
export function itemsByAddress(items: readonly DriftItem[]): ReadonlyMap<string | undefined, readonly DriftItem[]> {
  const found = new Map<string | undefined, DriftItem[]>();
  for (const item of items) {
    const same = found.get(item.address);
    if (same) same.push(item);
    else found.set(item.address, [item]);
  }
  return found;
}

/** Returns the changes of which at least one difference is not accepted. */
export function openChanges(drift: Drift): readonly ResourceChange[] {
  const byAddress = itemsByAddress(drift.items);
  return driftingChanges(drift).filter(({ address }) => {
    const items = byAddress.get(address) ?? [];
    return items.length === 0 || items.some(({ accepted }) => !accepted);
  });
}

/** Returns whether something differs that the ignore file does not accept. Parts that were not read do not count. */
export function hasOpenDrift(drift: Drift): boolean {
  const { plan, items, problems } = drift;
  const isUnmanaged =
    !plan.delinea.ledger && plan.resource_changes.some(({ delinea }) => delinea.operation === 'adopt');
  const isOpen = items.some(({ kind, accepted }) => !accepted && kind !== 'not visible');
  return isOpen || isUnmanaged || problems.length > 0 || openChanges(drift).length > 0;
}

/** Returns the result in one line, with a total for each kind. */
export function driftSummary(drift: Drift): string {
  const { plan, items, problems } = drift;
  const totals = driftTotals(items);
  const different = plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation)).length;
  const unmanaged = different - driftingChanges(drift).length;
  const leftOut = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const parts = [
    ...DRIFT_KINDS.filter((kind) => totals[kind] > 0).map((kind) => `${totals[kind]} ${kind}`),
    ...(unmanaged > 0 ? [`${count(unmanaged, 'object')} equal to the code but not managed yet`] : []),
    ...(leftOut > 0 ? [`${count(leftOut, 'object')} left out because of errors`] : []),
  ];
  const accepted = acceptedText(items);
  const unused =
    problems.length > 0
      ? [`${problems.length === 1 ? '1 entry' : `${problems.length} entries`} of the ignore file without effect`]
      : [];
  const more = [...(accepted === undefined ? [] : [accepted]), ...unused];
  if (parts.length > 0) return `Drift: ${[parts.join(', '), ...more].join('; ')}.`;
  if (unused.length > 0) return `Drift: ${more.join('; ')}.`;
  if (accepted !== undefined) return `No drift except ${accepted}.`;
  if (!plan.delinea.ledger)
    return 'No drift as far as can be seen without a ledger: objects removed from code are not found.';
  return `No drift. ${count(plan.resource_changes.length, 'object')} in code, the same in the tenant.`;
}

/** Returns the number of accepted differences with the nearest last day, and the reason if there is only one. */
function acceptedText(items: readonly DriftItem[]): string | undefined {
  const accepted = items.flatMap((item) => item.accepted ?? []);
  if (accepted.length === 0) return undefined;
  const until = accepted.map((each) => each.until).sort()[0]!;
  const reasons = new Set(accepted.map(({ reason }) => reason));
  const days = new Set(accepted.map((each) => each.until));
  const reason = reasons.size === 1 ? `: ${[...reasons][0]}` : '';
  return `${accepted.length} accepted until ${until}${days.size > 1 ? ' at the earliest' : ''}${reason}`;
}

/** Returns the two sides of an attribute that differs; undefined for another item. */
export function sidesText({ attribute }: DriftItem): string | undefined {
  if (!attribute) return undefined;
  return `code ${JSON.stringify(attribute.code)}, tenant ${JSON.stringify(attribute.live)}`;
}

/** Returns where the edit of an item belongs, as text. */
export function placeOf({ adopt, address }: DriftItem): string {
  if (!adopt) return '';
  if (adopt.in === undefined) return adopt.edit === 'add' ? 'a new declaration' : `${address}`;
  return `${adopt.in} of ${address}`;
}
