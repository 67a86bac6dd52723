import { type Plan, type ResourceChange, resourceOf, type Values } from '../provider/index.js';
import { compareAttributes, count, signed } from './attributes.js';
import { liveValues } from './change-text.js';
import { edgeLines } from './edges-text.js';
import { findingsText } from './findings-text.js';
import { QUIET } from './operations.js';
import type { Paint } from './paint.js';
import { Names } from './values.js';
import { visible } from './visible.js';

/** What the tenant has done with an object, by what a plan would do about it. */
const FOUND: Readonly<Record<string, { readonly sign: string; readonly says: string }>> = {
  create: { sign: '-', says: 'is declared and not in the tenant' },
  update: { sign: '~', says: 'is not as declared' },
  delete: { sign: '+', says: 'is in the tenant and no longer declared' },
  forget: { sign: '.', says: 'is recorded as ours, and gone or no longer wanted' },
  'no-op': { sign: '=', says: 'is as declared; the next apply records it as ours' },
};

/** The tenant as seen from the code: `+` is what the tenant has beyond it, `-` what it lacks, `code -> tenant`. */
export function driftText(plan: Plan, paint: Paint): string {
  const { findings } = plan.delinea;
  const shown = plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation));
  const names = new Names(plan);
  const blind = findings.filter(({ code }) => code === 'no_ledger');
  const others = findings.filter(({ code }) => code !== 'no_ledger');
  const parts = [
    findingsText(blind, paint),
    shown.map((entry) => driftOf(entry, names, paint)).join('\n\n'),
    findingsText(others, paint),
    paint('strong', driftSummary(plan, shown.length)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function driftSummary(plan: Plan, differing: number): string {
  const outside = plan.delinea.findings.filter(({ level }) => level === 'drift').length;
  const unknown = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const parts = [
    ...(differing > 0 ? [`${count(differing, 'object')} not as declared`] : []),
    ...(outside > 0 ? [`${count(outside, 'change')} outside of code`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'object')} left out because of errors`] : []),
  ];
  if (parts.length > 0) return `Drift: ${parts.join(', ')}.`;
  if (plan.delinea.findings.some(({ code }) => code === 'not_checked'))
    return 'No drift in what could be seen; see above.';
  return `No drift. ${count(plan.resource_changes.length, 'object')} in code, as in the tenant.`;
}

function driftOf(entry: ResourceChange, names: Names, paint: Paint): string {
  const { address, change, delinea } = entry;
  const [action = 'no-op'] = change.actions;
  const { sign, says } = FOUND[action]!;
  const head = `  ${signed(sign, paint('strong', `${visible(address)} ${says}`), paint)}  # ${visible(delinea.label)}`;
  const edges = edgeLines(entry, paint, true);
  if (action !== 'update' && !edges) return head;
  const resource = resourceOf(delinea.kind);
  const lines = edges ?? compareAttributes(resource, delinea.desired, liveOfDeclared(entry), names, paint);
  return [head, ...lines.map((line) => `      ${line}`)].join('\n');
}

/** Seen from the code, an attribute that the tenant does not have is empty there. */
function liveOfDeclared(entry: ResourceChange): Values {
  const live = liveValues(entry);
  return Object.fromEntries(Object.keys(entry.delinea.desired).map((name) => [name, live[name] ?? null]));
}
