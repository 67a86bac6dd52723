export { ApplyLog } from './apply-log.js';
export { checkReplaceable, replaceFile, unwritable } from './durable-file.js';
export { writeImports } from './import-blocks.js';
export { jsonTrick } from './json-keys.js';
export { Ledger } from './ledger.js';
export {
  type LedgerContent,
  type LedgerFile,
  readLedger,
  readLedgerFile,
  refuseOtherOwner,
  stackOfLedger,
} from './ledger-file.js';
export type { LedgerOwner } from './ledger-lines.js';
export { changesSince, type LedgerInLog, lossEvents, readLedgerRecord, refuseEdited } from './ledger-record.js';
export { refuseLeftoverState } from './leftover-state.js';
export { hasStack, locateStack } from './locate-stack.js';
export { readStack, type Stack } from './stack.js';
export { readTerraformState } from './terraform-state.js';
export { type LogReport, verifyLog } from './verify-log.js';
