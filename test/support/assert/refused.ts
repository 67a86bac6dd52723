import type { Attempt } from '../cli/project.js';

/** Returns the expected result of a run that prints this error and changes neither tenant nor ledger. */
export function refused(code: number, err: readonly string[], ledger: Attempt['ledger'] = 'absent'): Partial<Attempt> {
  return { code, err: `${err.join('\n')}\n`, writes: 0, ledger };
}
