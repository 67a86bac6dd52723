export { accessAfter } from './access/access-after.js';
export { type AccessReport, type ReportedAccess, reportAccess } from './access/access-report.js';
export { type AccessChange, compareAccess } from './access/compare-access.js';
export { declaredAccess } from './access/declared-access.js';
export { EffectiveAccess, HOLDER, rightsOf } from './access/effective-access.js';
export { findPrincipal, findScope, findScopes } from './access/find-object.js';
export { includesRight, isPrivileged, knownRights, rightRank, rightsOn } from './access/right-order.js';
export { edgeEnds } from './access/step-effects.js';
export {
  type AccessPrincipal,
  type AccessScope,
  type Grant,
  isUsable,
  type KnownAccess,
  scopeOf,
  type TenantAccess,
  tenantAccess,
} from './access/tenant-access.js';
export { connect, type Tenant } from './api/tenant.js';
export type { ApplyIo, LogEvent, Progress } from './apply/apply-context.js';
export { type ApplyResult, applyPlan, refuseOtherTenant } from './apply/apply-plan.js';
export type { ApplyFailure } from './apply/run-steps.js';
export { countRemovals, enforceEndSessions, enforceGuards, guardInputOf, lossesToRemember } from './guard/guards.js';
export { type ImportedState, importState, missingEntries, type StateResource } from './migrate/from-terraform.js';
export { readImportSettings } from './migrate/import-settings.js';
export { findStillExisting } from './migrate/still-exists.js';
export { exportToTerraform, type ImportBlock, type TerraformExport } from './migrate/to-terraform.js';
export type { Allowance } from './model/allowance.js';
export { type Attribute, kindsMeant, readAttributes } from './model/attribute.js';
export type { Cost } from './model/cost.js';
export { type Declaration, isReference, type Reference } from './model/declaration.js';
export { compareSettings, type RecordedSet, type SettingChange } from './model/declared-settings.js';
export { diff } from './model/diff.js';
export { elementFaults } from './model/elements.js';
export { DelineaError, DelineaErrors, type ErrorCode, UNREADABLE } from './model/errors.js';
export { foldCase } from './model/fold-case.js';
export { limitHeapGrowth } from './model/heap.js';
export { type Holding, holdingSchema, oneDayBefore } from './model/holding.js';
export { joinFirst } from './model/join-first.js';
export { jsonExcess, jsonFileExcess, measureJson } from './model/json-size.js';
export { HEAVIEST_RUN, MOST_DECLARATIONS, MOST_ERRORS_SHOWN } from './model/limits.js';
export * from './model/names.js';
export { nameIn, type ObjectNames } from './model/object-names.js';
export type { OwnedObject } from './model/owned-object.js';
export * from './model/plan.js';
export { hasSignature, planDigest, signPlan } from './model/plan-digest.js';
export { endsKey, type Principal, principalKey } from './model/principal.js';
export type { Remedy } from './model/remedy.js';
export {
  type AuthoritativeList,
  attributeOf,
  type EdgeResource,
  type Resource,
} from './model/resource.js';
export { targetText } from './model/target.js';
export { type TerraformParts, terraformParts } from './model/terraform-parts.js';
export { validationMessage } from './model/validation-message.js';
export { isCleared, type Values } from './model/values.js';
export { quoted, valueText, visible, visibleJson } from './model/visible.js';
export { type EndEvent, type EndedSessions, endSessions } from './offboard/end-sessions.js';
export { type Offboarding, planOffboarding } from './offboard/plan-offboarding.js';
export { hasRemainingAccess, type RemainingAccess, readRemainingAccess } from './offboard/remaining-access.js';
export { isNamed, LookAlikes } from './plan/look-alikes.js';
export { makePlan } from './plan/make-plan.js';
export type { PlanInput } from './plan/plan-context.js';
export { type UsedConsent, usedConsentOf } from './plan/used-consents.js';
export { type Attribution, readAttributions } from './read/attribution.js';
export { type DataSourceReader, openDataSourceReader } from './read/data-source.js';
export { type Diagnosis, diagnose } from './read/diagnose.js';
export type { Examination } from './read/examine-surface.js';
export { readTenantAccess } from './read/tenant-access.js';
export { edgeResourceOf, isMembership, memberLists, rightAttributes, scopeKind } from './resources/edge-words.js';
export { resourceOf, resources } from './resources/index.js';
export { labelOf } from './resources/label.js';
export type { Applied } from './session/attempt.js';
export type { InstanceState, ResourceInstance } from './session/instance.js';
export type { PlannedInstance } from './session/plan-instance.js';
export { type PrivateState, readPrivateState } from './session/private-state.js';
export { openSession, type Session } from './session/session.js';
export type { Warning } from './session/warnings.js';
export { environmentName, readEnvironmentList } from './settings/environment.js';
export { readPlanKey } from './settings/plan-key.js';
export { redactor } from './settings/redactor.js';
export {
  checkWritable,
  openRegularFile,
  readRegularFile,
  readStandardInput,
  refusal,
  refuseLinks,
  refuseShared,
} from './settings/regular-file.js';
export { readSettings, type Settings, settingAttributes } from './settings/settings.js';
export { settingsSchema } from './settings/settings-schema.js';
export { defaultRouting, profiles, routingOf, type Surface, surfaces } from './settings/surfaces.js';
