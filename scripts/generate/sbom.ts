import type { RuntimePackage } from './runtime-packages.js';

/**
 * Returns the software bill of materials (CycloneDX 1.5): the packages that are installed with this one. Has no time and no
 * serial number, so that the same lock file gives the same bytes.
 */
export function sbom(
  name: string,
  version: string,
  needs: readonly string[],
  packages: readonly RuntimePackage[],
): string {
  const refs = new Map(packages.map((each) => [each.path, refOf(each)]));
  const refsOf = (paths: readonly string[]) => paths.map((path) => refs.get(path)!).sort();
  const root = refOf({ name, version });
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        'bom-ref': root,
        type: 'application',
        name,
        version,
        purl: root,
        licenses: licensesOf('Apache-2.0'),
      },
    },
    components: packages.map((each) => ({
      'bom-ref': refOf(each),
      type: 'library',
      name: each.name,
      version: each.version,
      scope: 'required',
      hashes: [{ alg: 'SHA-512', content: hexOf(each.integrity) }],
      licenses: licensesOf(each.license),
      purl: refOf(each),
    })),
    dependencies: [
      { ref: root, dependsOn: refsOf(needs) },
      ...packages.map((each) => ({ ref: refOf(each), dependsOn: refsOf(each.needs) })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Returns the package URL, which also serves as reference: https://github.com/package-url/purl-spec. */
function refOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licensesOf(license: string): object[] {
  return [/ /.test(license) ? { expression: license } : { license: { id: license } }];
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
}
