import { existsSync, mkdirSync } from 'node:fs';
import { DRIFT, STACK } from './files.mjs';
import { put } from './review.mjs';
import { runTool } from './run-tool.mjs';

const IGNORE = '.delineaignore';

/** Looks for drift. @param {string} ledger @returns exit code: 0 also with drift, which the issue reports */
export function findDrift(ledger) {
  mkdirSync(DRIFT, { recursive: true });
  const ignore = existsSync(IGNORE) ? ['--ignore', IGNORE] : [];
  const sarif = ['--sarif', `${DRIFT}/drift.sarif`];
  const { code, out } = runTool(['drift', STACK, '--ledger', ledger, '--markdown', ...sarif, ...ignore]);
  process.stdout.write(out);
  put(`${DRIFT}/drift.md`, out);
  put(`${DRIFT}/exit`, String(code));
  return code === 2 ? 0 : code;
}
