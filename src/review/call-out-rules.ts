import type { CallOut } from './call-outs.js';
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

/** The rules of call-outs in reports. */
export const callOutRules: readonly ReportRule[] = Object.entries(TEXTS).map(([id, [title, help]]) => ({
  id,
  group: 'call-outs',
  level: 'warning',
  title,
  help,
}));
