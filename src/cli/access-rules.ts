import { EffectiveAccess, environmentName, readEnvironmentList, type TenantAccess } from '../provider/index.js';
import {
  type Assertion,
  checkAssertions,
  type NamedPolicy,
  type RuleCheck,
  runPolicies,
  titleOf,
} from '../review/index.js';
import { readAssertions } from './assertions-file.js';
import { readPolicies } from './policy-files.js';
import { withSafeConsole } from './script-file.js';
import type { Terminal } from './terminal.js';

/** The options that name rules on access. */
export interface RuleOptions {
  /** File of assertions. */
  readonly assert?: string | undefined;
  /** File or folder of policies. */
  readonly policies?: string | undefined;
}

export interface AccessRules {
  readonly assertions: readonly Assertion[];
  readonly policies: readonly NamedPolicy[];
  readonly adminRoles: readonly string[];
}

/** Reads the rules that the options name. @throws DelineaError `file_refused`, `settings_invalid` */
export async function readRules({ assert, policies }: RuleOptions, env: NodeJS.ProcessEnv): Promise<AccessRules> {
  return {
    assertions: assert === undefined ? [] : await readAssertions(assert),
    policies: policies === undefined ? [] : await readPolicies(policies),
    adminRoles: readEnvironmentList(environmentName('adminRoles'), env),
  };
}

/**
 * Checks rules on the access in a tenant. Policies that ship are not run: they report only what a plan makes worse.
 * @returns undefined if there are no rules
 */
export async function checkRules(
  { assertions, policies, adminRoles }: AccessRules,
  read: () => Promise<TenantAccess>,
  terminal: Terminal,
): Promise<RuleCheck | undefined> {
  if (assertions.length + policies.length === 0) return undefined;
  const access = await read();
  const now = new EffectiveAccess(access);
  // Those with noNew compare two states, so that only a review can check them.
  const checked = assertions.filter((each) => !('noNew' in each));
  const data = { after: now, changes: [], steps: [], labels: [], adminRoles };
  return {
    violations: checkAssertions(assertions, { now, labels: [] }),
    policies: await withSafeConsole(terminal, () => runPolicies(policies, data)),
    unread: access.unread,
    checked: checked.length + policies.length,
    assertions: checked.map(titleOf),
    skipped: assertions.length - checked.length,
  };
}
