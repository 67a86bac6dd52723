import { countChanges, type Plan, type ResourceChange, resourceOf } from '../provider/index.js';
import { count } from './attributes.js';
import { changeText } from './change-text.js';
import { edgesRevoked } from './edges-text.js';
import { findingsText } from './findings-text.js';
import { QUIET, wordsFor } from './operations.js';
import type { Paint } from './paint.js';
import { unmanagedText } from './unmanaged-text.js';
import { Names } from './values.js';

/** A plan as people read it: what could not be seen first, then every change, findings, and the counts last. */
export function planText(plan: Plan, paint: Paint): string {
  const { findings, unmanaged } = plan.delinea;
  const shown = plan.resource_changes.filter(({ delinea }) => !QUIET.has(delinea.operation));
  const names = new Names(plan);
  const blind = findings.filter(({ code }) => code === 'no_ledger');
  const parts = [
    findingsText(blind, paint),
    shown.length === 0
      ? ''
      : `${intro(shown)}\n\n${shown.map((entry) => changeText(entry, names, paint)).join('\n\n')}`,
    findingsText(
      findings.filter(({ code }) => code !== 'no_ledger'),
      paint,
    ),
    unmanaged === undefined ? '' : unmanagedText(unmanaged),
    paint('strong', summary(plan, shown)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The line of counts, as Terraform ends a plan. */
function summary(plan: Plan, shown: readonly ResourceChange[]): string {
  const left = plan.delinea.findings.filter(({ level }) => level === 'error').length;
  const without = left === 0 ? '' : ` ${count(left, 'object')} left out because of errors.`;
  if (shown.length === 0) return left === 0 ? noChanges(plan) : `No other changes.${without}`;
  const { add, change, destroy, adopt, forget } = countChanges(plan);
  const ways = removals(plan).map(
    ({ delinea }) => wordsFor(delinea.operation, resourceOf(delinea.kind)).past ?? delinea.operation,
  );
  const how = [...new Set(ways)].sort().map((way) => `${ways.filter((other) => other === way).length} ${way}`);
  const detail = how.length === 0 ? '' : ` (${how.join(', ')})`;
  const more = [...(adopt > 0 ? [`${adopt} to adopt`] : []), ...(forget > 0 ? [`${forget} to forget`] : [])];
  const revoked = edgesRevoked(shown);
  const within = revoked === 0 ? '' : ` (${count(revoked, 'edge')} revoked)`;
  return `Plan: ${[`${add} to add`, `${change} to change${within}`, `${destroy} to remove${detail}`, ...more].join(', ')}.${without}`;
}

function removals(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(({ change }) => change.actions.includes('delete'));
}

/** What to say where nothing is to be done: an equal object that is not ours is no change, and no reason to say all is ours. */
function noChanges(plan: Plan): string {
  const objects = count(plan.resource_changes.length, 'object');
  const ledger = plan.delinea.ledger ? '' : ' (as far as can be seen without a ledger)';
  return `No changes${ledger}. ${objects} in code, as in the tenant.`;
}

function intro(shown: readonly ResourceChange[]): string {
  const meanings = [
    ['create', '+ create'],
    ['update', '~ update in place'],
    ['delete', '- remove (what that means stands at each)'],
    ['forget', '. let go, left as it is'],
  ] as const;
  const used = meanings.filter(([action]) => shown.some(({ change }) => change.actions.includes(action)));
  const taken = shown.some(({ delinea }) => delinea.operation === 'adopt') ? ['  = adopt, no write'] : [];
  return ['Actions in the tenant are marked with these signs:', ...used.map(([, text]) => `  ${text}`), ...taken].join(
    '\n',
  );
}
