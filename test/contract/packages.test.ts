import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';

/** Most packages that an installation brings, those named in package.json included. Each one can read every credential. */
const MOST = 45;

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

interface Sbom {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version: string;
    readonly hashes: readonly object[];
    readonly licenses: readonly object[];
  }[];
  readonly dependencies: readonly { readonly dependsOn: readonly string[] }[];
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  files: string[];
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

test('THIRD-PARTY-NOTICES and SBOM: have every package with its licence, and are in the package', () => {
  const notices = readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const { components, dependencies } = JSON.parse(readFileSync(join(ROOT, 'sbom.cdx.json'), 'utf8')) as Sbom;
  expect(components).toHaveLength(runtime.length);
  for (const [path, { version, integrity }] of runtime) {
    const name = path.replace(/^.*node_modules\//, '');
    const section = notices.split(/^=+$/m).findIndex((text) => text.startsWith(`\n${name} ${version}\n`));
    expect([name, notices.split(/^=+$/m)[section + 1]]).toEqual([
      name,
      expect.stringMatching(/copyright|unlicense|blue oak/i),
    ]);
    const component = components.find((each) => each.name === name && each.version === version);
    const content = Buffer.from(integrity!.slice('sha512-'.length), 'base64').toString('hex');
    expect(component?.hashes).toEqual([{ alg: 'SHA-512', content }]);
    expect(component?.licenses).toHaveLength(1);
  }
  // Every package is needed by another one, or by the product.
  const reached = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn));
  expect(components.filter((each) => !reached.has(each['bom-ref']))).toEqual([]);
  expect(manifest.files).toEqual(expect.arrayContaining(['THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json', 'LICENSE']));
});
