/**
 * The provider as one CommonJS file, the same for the package and for tests. Terraform starts it two to five times a
 * run, so a start should read little: node compiles all of a file before it runs any of it.
 */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const shared: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  // Names stay: the stack trace in somebody's report should say something.
  minifyWhitespace: true,
  minifySyntax: true,
};

/** Packages imported only where a tenant is opened travel as text, which costs a start next to nothing, and are compiled then. */
const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/, namespace: 'file' }, ({ path, kind }) =>
      kind === 'dynamic-import' && !path.startsWith('node:') ? { path, namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
      const stdin = { contents: `export * from '${path}'`, resolveDir: ROOT };
      const { outputFiles } = await build({ ...shared, minify: true, stdin, write: false });
      const code = JSON.stringify(outputFiles[0]!.text);
      const options = `{ filename: 'terraform-provider-delinea:${path}' }`;
      const load = `require('node:vm').compileFunction(${code}, ['module', 'exports', 'require'], ${options})`;
      return { contents: `${load}(module, exports, require);` };
    });
  },
};

/** Writes the executable, with `#!/usr/bin/env node` and its bit set. */
export async function writeProviderBundle(file: string): Promise<void> {
  const entryPoints = [path.join(ROOT, 'src/terraform/main.ts')];
  await build({ ...shared, entryPoints, outfile: path.resolve(file), plugins: [late] });
  chmodSync(file, 0o755);
}
