import { countChanges, type Plan, type ResourceChange, resourceOf, targetText, visible } from '../../provider/index.js';
import { count } from './attributes.js';
import { changeText } from './change-text.js';
import { countRevokedEdges } from './edges-text.js';
import { findingsText } from './findings-text.js';
import { QUIET, withoutFirstAdoptions, wordsFor } from './operations.js';
import type { Paint } from './paint.js';
import { unmanagedText } from './unmanaged-text.js';
import { Names } from './values.js';

/** Returns a plan as text: the warning about a missing ledger, every change, the other findings, and the counts. */
export function planText(plan: Plan, paint: Paint): string {
  const { findings, unmanaged } = plan.delinea;
  const shown = plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation));
  const listed = withoutFirstAdoptions(plan, shown);
  const names = new Names(plan);
  const first = findings.filter(({ code }) => code === 'no_ledger');
  const parts = [
    visible(`Tenant: ${targetText(plan.delinea)}`),
    findingsText(first, paint),
    listed.length === 0
      ? ''
      : `${intro(listed)}\n\n${listed.map((entry) => changeText(entry, names, paint)).join('\n\n')}`,
    findingsText(
      findings.filter(({ code }) => code !== 'no_ledger'),
      paint,
    ),
    unmanaged === undefined ? '' : unmanagedText(unmanaged),
    paint('strong', summary(plan, shown)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Returns the line of counts with which Terraform ends a plan. */
function summary(plan: Plan, shown: readonly ResourceChange[]): string {
  const leftOut = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const without = leftOut === 0 ? '' : ` ${count(leftOut, 'object')} left out because of errors.`;
  if (shown.length === 0) return leftOut === 0 ? noChanges(plan) : `No other changes.${without}`;
  const { add, change, destroy, adopt, forget } = countChanges(plan);
  const kinds = removals(plan).map(
    ({ delinea }) => wordsFor(delinea.operation, resourceOf(delinea.kind)).past ?? delinea.operation,
  );
  const counts = [...new Set(kinds)].sort().map((kind) => `${kinds.filter((other) => other === kind).length} ${kind}`);
  const detail = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  const more = [...(adopt > 0 ? [`${adopt} to adopt`] : []), ...(forget > 0 ? [`${forget} to forget`] : [])];
  const revoked = countRevokedEdges(shown);
  const within = revoked === 0 ? '' : ` (${count(revoked, 'assignment')} revoked)`;
  return `Plan: ${[`${add} to add`, `${change} to change${within}`, `${destroy} to remove${detail}`, ...more].join(', ')}.${without}`;
}

function removals(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(({ change }) => change.actions.includes('delete'));
}

/** Returns the summary of a plan without changes. Without a ledger, removals cannot be planned. */
function noChanges(plan: Plan): string {
  const objects = count(plan.resource_changes.length, 'object');
  const ledger = plan.delinea.ledger ? '' : ' (removals are not planned without a ledger)';
  return `No changes${ledger}. ${objects} in code, the same in the tenant.`;
}

function intro(shown: readonly ResourceChange[]): string {
  const meanings = [
    ['create', '+ create'],
    ['update', '~ update in place'],
    ['delete', '- remove (each entry shows how)'],
    ['forget', '. no longer managed, stays in the tenant'],
  ] as const;
  const used = meanings.filter(([action]) => shown.some(({ change }) => change.actions.includes(action)));
  const adopted = shown.some(({ delinea }) => delinea.operation === 'adopt') ? ['  = adopt, no write'] : [];
  return ['Actions are marked with these signs:', ...used.map(([, text]) => `  ${text}`), ...adopted].join('\n');
}
