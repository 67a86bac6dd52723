import { resourceOf, type Step, valueText } from '../../provider/index.js';
import { wordsFor } from '../text/operations.js';
import type { DriftItem, DriftKind } from './drift-item.js';

type Item = Pick<DriftItem, 'kind' | 'address' | 'object' | 'attribute' | 'edge'>;

const RESTORE: Readonly<Record<DriftKind, (item: Item, step: Step | undefined) => string>> = {
  changed: ({ attribute }, step) => {
    if (!attribute) return 'apply writes the values of the code';
    // An account that was disabled outside of code stays disabled.
    if (!step) return 'set reactivate in code: apply then enables the account';
    return `apply sets ${attribute.name} = ${valueText(attribute.code)}`;
  },
  added: removal,
  'not in code': removal,
  removed: ({ edge, object }) => (edge ? `apply grants ${object.name} again` : `apply creates ${object.name} again`),
  'not applied': ({ edge, object }, step) =>
    step ? `at the next apply ${object.name} ${wordOf(step, edge !== undefined)}` : 'apply',
  propagating: () => 'run drift again in a minute: an apply wrote it, and did not read it back yet',
  'not visible': () => 'check what the account of this run can see',
};

/** Returns the change that restores the declaration, as one line. */
export function restoreText(item: Item, step: Step | undefined): string {
  // A finding without an object has its message as its name.
  if (item.object.kind === '' && item.kind !== 'not visible') return 'plan again: its changes show what apply does';
  return RESTORE[item.kind](item, step);
}

function removal({ address, object }: Item): string {
  return address === undefined
    ? `revoke ${object.name} in the tenant; apply does not change it`
    : `apply removes ${object.name}`;
}

/** A member has the step of its group, whose words are about the group. */
function wordOf(step: Step, isEdge: boolean): string {
  const isMember = isEdge && !resourceOf(step.kind).edge;
  return isMember ? 'will be as in code' : wordsFor(step.operation, resourceOf(step.kind)).phrase;
}
