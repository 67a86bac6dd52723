import {
  type Attribution,
  type Plan,
  type ResourceChange,
  resourceOf,
  targetText,
  type Values,
  visible,
} from '../provider/index.js';
import { compareAttributes, count, signed } from './attributes.js';
import { liveValues, settingLines } from './change-text.js';
import { edgeLines } from './edges-text.js';
import { findingsText } from './findings-text.js';
import { QUIET, withoutFirstAdoptions } from './operations.js';
import type { Paint } from './paint.js';
import { Names } from './values.js';

/** Sign and phrase for an object in a drift report, by the operation or the action that a plan has for it. */
const FOUND: Readonly<Record<string, { readonly sign: string; readonly phrase: string }>> = {
  create: { sign: '-', phrase: 'is in code but not in the tenant' },
  update: { sign: '~', phrase: 'differs from the code' },
  configure: { sign: '~', phrase: 'has other settings in code than at the last apply' },
  delete: { sign: '+', phrase: 'is in the tenant but no longer in code' },
  forget: { sign: '.', phrase: 'is in the ledger, but was deleted in the tenant or will no longer be managed' },
  'no-op': { sign: '=', phrase: 'equals the code; the next apply adopts it' },
};

/** Changes of the audit by address; undefined: they were not asked for. */
type Audit = Readonly<Record<string, readonly Attribution[]>> | undefined;

/**
 * Returns how the tenant differs from the code: `+` is only in the tenant, `-` only in code, `->` from code to tenant.
 * @param audit the changes of each object that differs
 */
export function driftText(plan: Plan, paint: Paint, audit?: Audit): string {
  const { findings } = plan.delinea;
  const differing = plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation));
  const shown = withoutFirstAdoptions(plan, differing);
  const names = new Names(plan);
  const first = findings.filter(({ code }) => code === 'no_ledger');
  const others = findings.filter(({ code }) => code !== 'no_ledger');
  const parts = [
    visible(`Tenant: ${targetText(plan.delinea)}`),
    findingsText(first, paint),
    shown.map((entry) => [driftOf(entry, names, paint), ...auditLines(audit, entry.address)].join('\n')).join('\n\n'),
    findingsText(others, paint, (address) =>
      shown.some((entry) => entry.address === address) ? [] : auditLines(audit, address),
    ),
    paint('strong', driftSummary(plan, shown.length, differing.length - shown.length)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function driftSummary(plan: Plan, differing: number, unmanaged: number): string {
  const outside = plan.delinea.findings.filter(({ level }) => level === 'drift').length;
  const leftOut = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const parts = [
    ...(differing > 0 ? [`${count(differing, 'object')} different from the code`] : []),
    ...(outside > 0 ? [`${count(outside, 'change')} outside of code`] : []),
    ...(unmanaged > 0 ? [`${count(unmanaged, 'object')} equal to the code but not managed yet`] : []),
    ...(leftOut > 0 ? [`${count(leftOut, 'object')} left out because of errors`] : []),
  ];
  if (parts.length > 0) return `Drift: ${parts.join(', ')}.`;
  if (plan.delinea.findings.some(({ code }) => code === 'not_checked'))
    return 'No drift in the part that was read; see above.';
  if (!plan.delinea.ledger)
    return 'No drift as far as can be seen without a ledger: objects removed from code are not found.';
  return `No drift. ${count(plan.resource_changes.length, 'object')} in code, the same in the tenant.`;
}

function driftOf(entry: ResourceChange, names: Names, paint: Paint): string {
  const { address, change, delinea } = entry;
  const [action = 'no-op'] = change.actions;
  const { sign, phrase } = FOUND[delinea.operation === 'configure' ? 'configure' : action]!;
  const head = `  ${signed(sign, paint('strong', `${visible(address)} ${phrase}`), paint)}  # ${visible(delinea.label)}`;
  const edges = edgeLines(entry, paint, true);
  if (action !== 'update' && !edges) return head;
  const resource = resourceOf(delinea.kind);
  const lines = edges ?? compareAttributes(resource, delinea.desired, liveOfDeclared(entry), names, paint);
  return [head, ...[...lines, ...settingLines(entry, paint)].map((line) => `      ${line}`)].join('\n');
}

/** Returns the lines that show who changed an object. */
function auditLines(audit: Audit, address: string): string[] {
  return (audit?.[address] ?? []).map((each) => `      audit of ${visible(`${each.object}: ${foundText(each)}`)}`);
}

function foundText({ since, count, latest, unread }: Attribution): string {
  if (unread !== undefined) return `audit not read: ${unread}`;
  if (!latest) return `no audit event found since ${since}`;
  const others = count === 1 ? 'the only event' : `the latest of ${count} events`;
  return `${latest.action} by ${latest.who} at ${latest.when}, ${others} since ${since}`;
}

/** Returns the live values of the declared attributes, null for those that the tenant does not have. */
function liveOfDeclared(entry: ResourceChange): Values {
  const live = liveValues(entry);
  return Object.fromEntries(Object.keys(entry.delinea.desired).map((name) => [name, live[name] ?? null]));
}
