/** The types and functions for files of assertions and policies: `import { … } from 'delinea-iac/review'`. */
export {
  type AccessChange,
  findPrincipal,
  findScope,
  findScopes,
  includesRight,
  isPrivileged,
  isUsable,
  type Step,
} from '../provider/index.js';
export type { PolicyFinding, Review } from './access/review-schema.js';
export type { Assertion } from './rules/assertions.js';
export type { Policy, PolicyAccess, PolicyInput, PolicyResult } from './rules/policy.js';
export {
  newAccessGate,
  noDirectGrants,
  noOwnerForLargeGroups,
  type PolicyOptions,
  separationOfDuties,
  twoHoldersForAdminRoles,
} from './rules/shipped-policies.js';
