import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { test } from '@jest/globals';

const found = (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
  try {
    accessSync(path.join(folder, 'terraform'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** Declares a test that needs the real terraform. Without it, the test fails in CI and is skipped with a warning elsewhere. */
export function terraformTest(name: string, work: () => Promise<void>): void {
  if (found || process.env.CI) {
    test(name, work);
    return;
  }
  process.stderr.write(`\n*** NOT RUN, because terraform is not on the PATH: ${name}\n\n`);
  test.skip(name, work);
}
