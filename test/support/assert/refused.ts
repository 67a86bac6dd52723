import type { Attempt } from '../cli/project.js';

/** A run that told what is wrong on standard error and left tenant and ledger alone. */
export function refused(code: number, err: readonly string[], ledger: Attempt['ledger'] = 'absent'): Partial<Attempt> {
  return { code, err: `${err.join('\n')}\n`, writes: 0, ledger };
}
