import { compareAccess, stepsOf, type TenantAccess } from '../../provider/index.js';
import { Causes } from '../access/causes.js';
import { entriesOf, statesOf } from '../access/review.js';
import { driftTotals } from '../drift/drift.js';
import { DRIFT_KINDS, type DriftItem } from '../drift/drift-item.js';
import { type Drift, driftSummary, sidesText } from '../drift/drift-report.js';
import type { Notice, Total } from '../page/page-data.js';
import { accessAround } from './access-around.js';
import { accessPage } from './access-page.js';
import { notice, ruleNotices } from './notices.js';

/**
 * Returns drift as one HTML page: the differences, and the access that the tenant gives beyond the code or lacks.
 * @param live the access in the tenant
 */
export function driftPage(drift: Drift, live: TenantAccess): string {
  const { plan, items } = drift;
  const steps = stepsOf(plan);
  const { before: tenant, after: code } = statesOf(live, { steps });
  const changes = compareAccess(code, tenant);
  const around = accessAround(entriesOf(changes, new Causes(steps)), code, tenant);
  const open = items.filter(({ accepted }) => !accepted);
  const totals = driftTotals(items);
  return accessPage({
    title: 'Drift',
    tenant: plan.delinea.tenant,
    basis: [`Compared with the tenant as read ${live.taken}.`, driftSummary(drift)],
    warnings: warningsOf(drift, live),
    totals: [
      ...DRIFT_KINDS.filter((kind) => totals[kind] > 0).map((kind): Total => ({ value: totals[kind], label: kind })),
      { value: items.length - open.length, label: 'accepted' },
      {
        value: changes.filter(({ change }) => change === 'gained').length,
        label: 'rights beyond the code',
        tone: 'gained',
      },
      {
        value: changes.filter(({ change }) => change === 'lost').length,
        label: 'rights of the code missing',
        tone: 'lost',
      },
    ],
    notices: DRIFT_KINDS.filter((kind) => kind !== 'not visible').flatMap((kind) => [
      ...notice('warning', `Drift: ${kind}`, open.filter((item) => item.kind === kind).map(itemText)),
      ...notice('note', `Accepted: ${kind}`, items.filter((item) => item.accepted && item.kind === kind).map(itemText)),
    ]),
    rows: around.rows,
    scope: [
      'Changes: rights that the tenant gives beyond the code (gained), and rights of the code that it lacks (lost).',
      `Code and tenant: all access of active accounts to the containers and roles with a difference${around.changesOnly.length === 0 ? '' : `, without ${around.changesOnly.length} that have more access than fits`}.`,
      'A right outside of any declared list is only in the list of differences above. Access to everything else is not on this page.',
    ],
    states: { before: 'Code', after: 'Tenant' },
  });
}

function warningsOf({ plan, items, problems, check }: Drift, { unread }: TenantAccess): Notice[] {
  const errors = plan.delinea.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
  const hidden = items.filter(({ kind }) => kind === 'not visible').map(itemText);
  return [
    ...(check ? ruleNotices(check) : []),
    ...notice('error', 'Left out because of errors', errors),
    ...notice('error', 'Could not be read, so nothing is concluded', [...hidden, ...unread]),
    ...notice(
      'warning',
      'Entries of the ignore file without effect',
      problems.map(({ message }) => message),
    ),
  ];
}

function itemText(item: DriftItem): string {
  const sides = sidesText(item);
  const accepted = item.accepted ? ` (accepted until ${item.accepted.until}: ${item.accepted.reason})` : '';
  return `${item.message}${sides === undefined ? '' : `: ${sides}`}${accepted}. Restore: ${item.restore}`;
}
