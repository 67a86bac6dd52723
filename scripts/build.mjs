// Emits the ESM tree, the constructs a second time as CommonJS (cdktf's own project template is CommonJS), and the
// provider that Terraform starts as one file. Run by tsx.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeProviderBundle } from './bundle-provider.js';

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' });
}
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
chmodSync('dist/cli/main.js', 0o755);
await writeProviderBundle('dist/terraform-provider-delinea.cjs');
