/** Assertions in TypeScript: `delinea-iac review plan.json --live live.json --assert access.ts`. */
import type { Assertion } from 'delinea-iac/review';

const guarded = ['prod', 'stage'];

export default [
  ...guarded.map((folder): Assertion => ({ nobodyOutside: 'dba', reaches: folder, right: 'Owner' })),
  { principal: 'dba', keeps: 'Owner', on: 'prod' },
  { noNew: 'Owner', on: '*', withoutLabel: 'access-approved' },
] satisfies readonly Assertion[];
