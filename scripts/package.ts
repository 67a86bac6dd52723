/**
 * Writes the files that a Terraform registry serves for one version of the provider to dist-package/ (`npm run package`). Signs
 * the checksums if GPG_FINGERPRINT names a key.
 */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeProviderBundle } from './bundle.js';
import { writeRegistryFiles } from './package/registry-files.js';
import { sign } from './package/sign.js';

const PAPERS = ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json'];

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url));
const { version } = JSON.parse(read('package.json').toString()) as { version: string };
const { GPG_FINGERPRINT: key } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'provider-'));
try {
  const bundle = join(folder, 'terraform-provider-delinea.cjs');
  await writeProviderBundle(bundle);
  rmSync('dist-package', { recursive: true, force: true });
  const papers = new Map(PAPERS.map((name) => [name, read(name)]));
  const files = writeRegistryFiles(readFileSync(bundle), papers, version, 'dist-package');
  for (const file of files) console.log(file);
  const sums = files.find((file) => file.endsWith('SHA256SUMS'))!;
  if (key) console.log(sign(sums, key));
  else console.error(`${sums} is not signed. Set GPG_FINGERPRINT to sign it.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
