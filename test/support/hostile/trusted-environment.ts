import type { Simulator } from '../../../src/simulator/index.js';
import { environmentOf } from '../tenant/environment.js';
import { ADMIN_ROLES, MOST_REQUESTS, PROTECTED } from './base-branch.js';

/** What the environments of the runs add, in turn. None of them names a host but the tenant's. */
const VARIANTS: readonly Readonly<Record<string, string>>[] = [
  {},
  { DELINEA_LOCKED: '1' },
  { DELINEA_ALLOWED_HOSTS: 'acme.example', DELINEA_PLAN_KEY: 'a plan key of the pipeline: 0123456789' },
];

/** Returns the environment of a run on a tenant. */
export type Environment = (sim: Simulator, decoy: string) => NodeJS.ProcessEnv;

/** Returns the environment of a run, which the author of a pull request cannot change. */
export function trustedEnvironment(sim: Simulator, turn: number): Record<string, string> {
  const settings = {
    protected_principals: PROTECTED,
    admin_roles: ADMIN_ROLES,
    max_requests: MOST_REQUESTS,
    visibility_seconds: 1,
    timeout_seconds: 5,
    retries: 0,
  };
  return { ...sim.env, ...environmentOf(settings), ...VARIANTS[turn % VARIANTS.length] };
}
