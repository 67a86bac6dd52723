/**
 * Bundles the two programs with everything that they import: a start that looks for a hundred small files takes twice
 * as long. Code that only some runs need is loaded, or compiled, only by them.
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
  logLevel: 'warning',
  // Names are kept, so that stack traces in bug reports are readable.
  minifyWhitespace: true,
  minifySyntax: true,
};

/** Packages that are imported dynamically, to connect to a tenant, are embedded as text and compiled on use, which makes the start faster. */
const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/, namespace: 'file' }, ({ path, kind }) =>
      kind === 'dynamic-import' && !path.startsWith('node:') ? { path, namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
      const stdin = { contents: `export * from '${path}'`, resolveDir: ROOT };
      const { outputFiles } = await build({ ...shared, format: 'cjs', minify: true, stdin, write: false });
      const code = JSON.stringify(outputFiles[0]!.text);
      const options = `{ filename: 'terraform-provider-delinea:${path}' }`;
      const load = `require('node:vm').compileFunction(${code}, ['module', 'exports', 'require'], ${options})`;
      return { contents: `${load}(module, exports, require);` };
    });
  },
};

/**
 * Writes the provider as one executable CommonJS file with `#!/usr/bin/env node`, for the package and for tests. Terraform
 * starts it two to five times per run, and node compiles a whole file before it runs any of it.
 */
export async function writeProviderBundle(file: string): Promise<void> {
  const entryPoints = [path.join(ROOT, 'src/terraform/main.ts')];
  await build({ ...shared, format: 'cjs', entryPoints, outfile: path.resolve(file), plugins: [late] });
  chmodSync(file, 0o755);
}

/** Lets CommonJS packages require node's built-in modules. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Packages that load files of their own, from their place in node_modules. */
const EXTERNAL = ['jiti'];

/** Writes the command line as `main.js`, and one file for each command and each package that only some runs need. */
export async function writeCommandLine(folder: string): Promise<void> {
  const entryPoints = [path.join(ROOT, 'src/cli/main.ts')];
  const banner = { js: REQUIRE };
  await build({
    ...shared,
    format: 'esm',
    splitting: true,
    entryPoints,
    outdir: path.resolve(folder),
    banner,
    external: EXTERNAL,
  });
  chmodSync(path.join(folder, 'main.js'), 0o755);
}
