// Builds the exports as ESM, the constructs also as CommonJS (cdktf's project template is CommonJS) and for cdktn, the command
// line, and the Terraform provider as one file. Run by tsx.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeCommandLine, writeProviderBundle } from './bundle.js';
import { writeForCdktn } from './cdktn.js';

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' });
}
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
for (const folder of ['constructs', 'cjs']) writeForCdktn(`dist/${folder}`, `dist/cdktn/${folder}`);
await writeCommandLine('dist/cli');
await writeProviderBundle('dist/terraform-provider-delinea.cjs');
