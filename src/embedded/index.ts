export { ApplyLog } from './apply-log.js';
export { replaceFile } from './durable-file.js';
export { writeImports } from './import-blocks.js';
export { Ledger } from './ledger.js';
export { type LedgerContent, readLedger, stackOfLedger } from './ledger-file.js';
export { hasStack } from './locate-stack.js';
export { readStack, type Stack } from './stack.js';
export { readTerraformState } from './terraform-state.js';
export { type LogReport, verifyLog } from './verify-log.js';
