import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DRIFT, STACK } from './files.mjs';
import { put } from './review.mjs';
import { runTool } from './run-tool.mjs';

const IGNORE = '.delineaignore';

/** Looks for drift. @param {string} ledger @returns exit code: 0 also with drift, which the issue reports */
export function findDrift(ledger) {
  mkdirSync(DRIFT, { recursive: true });
  // The tool would take the one beside the stack, which an artifact may bring.
  rmSync(join(dirname(STACK), IGNORE), { recursive: true, force: true });
  const ignore = existsSync(IGNORE) ? ['--ignore', IGNORE] : [];
  const sarif = ['--sarif', `${DRIFT}/drift.sarif`];
  const { code, out } = runTool(['drift', STACK, '--ledger', ledger, '--markdown', ...sarif, ...ignore]);
  process.stdout.write(out);
  put(`${DRIFT}/drift.md`, out);
  put(`${DRIFT}/exit`, String(code));
  return code === 2 ? 0 : code;
}
