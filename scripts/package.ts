/** Writes the files that a Terraform registry serves for one version of the provider to dist-package/ (`npm run package`). */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeProviderBundle } from './bundle.js';
import { writeRegistryFiles } from './package/registry-files.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const folder = await mkdtemp(join(tmpdir(), 'provider-'));
try {
  const bundle = join(folder, 'terraform-provider-delinea.cjs');
  await writeProviderBundle(bundle);
  rmSync('dist-package', { recursive: true, force: true });
  for (const file of writeRegistryFiles(readFileSync(bundle), version, 'dist-package')) console.log(file);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
