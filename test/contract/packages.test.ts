import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';

/** Most packages that an installation brings, those named in package.json included. Each one can read every credential. */
const MOST = 42;

interface Locked {
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const runtime = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);

test(`packages: at most ${MOST} are installed with the product`, () => {
  expect(runtime.length).toBeGreaterThan(10);
  expect(runtime.length).toBeLessThanOrEqual(MOST);
});

test('packages: each one has a checksum, runs no script when it is installed, and is named with an exact version', () => {
  expect(runtime.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  expect(runtime.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  const ranges = Object.entries(manifest.dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  expect(ranges).toEqual([]);
});
