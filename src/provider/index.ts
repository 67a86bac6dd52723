/** The resource layer: the only file of it that others import. */
export type { Cost } from './api/meter.js';
export { defaultRouting, type Surface, surfaces } from './api/surfaces.js';
export { elementFaults } from './elements.js';
export { type ApplyFailure, type ApplyResult, applyPlan } from './engine/apply.js';
export type { ApplyIo, LogEvent, Progress } from './engine/applying.js';
export { type Declaration, isReference, type OwnedObject, type Reference } from './engine/declaration.js';
export { diff } from './engine/diff.js';
export * from './engine/format.js';
export { countRemovals, enforceGuards } from './engine/guards.js';
export { type HandOver, handOver, type Import } from './engine/hand-over.js';
export type { Known } from './engine/identity.js';
export { type LookUp, openLookUp } from './engine/look-up.js';
export { type Offboarding, planOffboard } from './engine/offboard.js';
export { makePlan } from './engine/plan.js';
export type { PlanInput } from './engine/planning.js';
export { isLeft, type Residue, residueOf } from './engine/residue.js';
export { consentSpentBy, type SpentConsent } from './engine/spent-consents.js';
export { stillLiving } from './engine/still-living.js';
export { lackingIn, type StateEntry, takeBack } from './engine/take-back.js';
export { DelineaError, DelineaErrors, type ErrorCode, UNREADABLE } from './errors.js';
export { foldCase } from './fold-case.js';
export * from './names.js';
export {
  type Attribute,
  attributeOf,
  isCleared,
  type Resource,
  readAttributes,
  type SetOf,
  type Values,
} from './resource.js';
export { resourceOf, resources } from './resources/index.js';
export type { Applied } from './run/attempt.js';
export type { Memory, Piece } from './run/piece.js';
export type { Planned } from './run/plan-piece.js';
export type { LivePiece } from './run/read-one.js';
export { openRun, type Run } from './run/run.js';
export type { Notice } from './run/running.js';
export { type Allowance, environmentName, readSettings, type Settings, settingAttributes } from './settings.js';
export { settingsSchema } from './settings-schema.js';
export { connect, type Tenant } from './tenant.js';
export { whatIsWrong } from './what-is-wrong.js';
