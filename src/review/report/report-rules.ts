import type { CallOut } from '../access/call-outs.js';
import type { ReportRule } from './report.js';

type Texts = Readonly<Record<CallOut['code'], readonly [title: string, help: string]>>;

const TEXTS: Texts = {
  new_owner: ['New Owner', 'Somebody becomes Owner of a container, and can then grant every right on it to others.'],
  new_role_holder: [
    'New holder of a role',
    'Somebody gets a role of the tenant. Check that the role may do no more than is needed.',
  ],
  no_holder_left: [
    'No active holder left',
    'Nobody could manage this container or use this role after the plan. Keep one active holder.',
  ],
  loses_all_access: ['All access is lost', 'People who had access have none left. Check that they no longer need any.'],
  inactive_gains: [
    'Access for an inactive account',
    'An inactive account gets access, which it can use as soon as somebody enables it.',
  ],
  own_account: ['Account of the run', 'The plan changes the account that the run logs in as, so a later run may fail.'],
  enabled_again: [
    'Account is enabled again',
    'A disabled account can be used again, with all access that it still has.',
  ],
  large_group: [
    'Access for a large group',
    'Many people get a right through one group. Check that all of them need it.',
  ],
  deactivated: ['Object is deactivated', 'The account or group loses its use. Check that nothing else depends on it.'],
  deleted: ['Object is deleted', 'The deletion cannot be undone.'],
  setting_changed: ['Setting of a resource changes', 'A setting in code changes what later runs may remove or adopt.'],
};

const CALL_OUTS: readonly ReportRule[] = Object.entries(TEXTS).map(([id, [title, help]]) => ({
  id,
  group: 'call-outs',
  level: 'warning',
  title,
  help,
}));

/** Rules of a review beside those of call-outs. */
const RULES: readonly ReportRule[] = [
  {
    id: 'assertion',
    group: 'assertions',
    level: 'error',
    title: 'Assertion on access',
    help: 'The access after the plan violates a rule of the file that --assert names. Change the code, or the rule on the base branch.',
  },
  {
    id: 'policy',
    group: 'policies',
    level: 'warning',
    title: 'Policy on access',
    help: 'A policy reports the access after the plan. Change the code, or the policy on the base branch.',
  },
  {
    id: 'unread',
    group: 'reads',
    level: 'error',
    title: 'Could not be read',
    help: 'A part of the tenant could not be read, so it is not in the review. Give the account of the run the right to read it.',
  },
  {
    id: 'unknown',
    group: 'reads',
    level: 'error',
    title: 'Not resolved',
    help: 'A value is known only after the apply, so the access that depends on it is not in the review. Read it in the code.',
  },
  {
    id: 'incomplete',
    group: 'reads',
    level: 'error',
    title: 'The plan is not complete',
    help: 'Objects with errors are not in the plan, so they are not in the review. Correct them and plan again.',
  },
  {
    id: 'declared_only',
    group: 'reads',
    level: 'warning',
    title: 'Declared objects only',
    help: 'The review was made without a snapshot of the tenant, so it does not know other access. Pass one with --live.',
  },
  {
    id: 'plan_note',
    group: 'call-outs',
    level: 'warning',
    title: 'Warning of the plan',
    help: 'The plan has a warning for its reviewer. Read it before you approve the change.',
  },
  {
    id: 'gained',
    group: 'access',
    level: 'note',
    title: 'Access is gained',
    help: 'Somebody can do more after the plan. Check that these people need this access.',
  },
  {
    id: 'lost',
    group: 'access',
    level: 'note',
    title: 'Access is lost',
    help: 'Somebody can do less after the plan. Check that these people no longer need this access.',
  },
];

/** The rules of a review. */
export const reviewRules: readonly ReportRule[] = [...RULES, ...CALL_OUTS];
