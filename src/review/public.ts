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
export type { Assertion } from './assertions.js';
export type { Policy, PolicyAccess, PolicyInput, PolicyResult } from './policy.js';
export type { PolicyFinding, Review } from './review-schema.js';
export {
  newAccessGate,
  noDirectGrants,
  noOwnerForLargeGroups,
  type PolicyOptions,
  separationOfDuties,
  twoHoldersForAdminRoles,
} from './shipped-policies.js';
