/**
 * The two programs with everything that they import in it: a start that looks for a hundred small files takes twice as long.
 * What only some runs need is read, or compiled, by those.
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
      const { outputFiles } = await build({ ...shared, format: 'cjs', minify: true, stdin, write: false });
      const code = JSON.stringify(outputFiles[0]!.text);
      const options = `{ filename: 'terraform-provider-delinea:${path}' }`;
      const load = `require('node:vm').compileFunction(${code}, ['module', 'exports', 'require'], ${options})`;
      return { contents: `${load}(module, exports, require);` };
    });
  },
};

/**
 * Writes the provider as one CommonJS file, the same for the package and for tests, with `#!/usr/bin/env node` and its bit
 * set. Terraform starts it two to five times a run, and node compiles all of a file before it runs any of it.
 */
export async function writeProviderBundle(file: string): Promise<void> {
  const entryPoints = [path.join(ROOT, 'src/terraform/main.ts')];
  await build({ ...shared, format: 'cjs', entryPoints, outfile: path.resolve(file), plugins: [late] });
  chmodSync(file, 0o755);
}

/** Some packages are CommonJS and ask for what belongs to node. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Writes the command line as `main.js` and a file for each command and each package that not every run needs. */
export async function writeCommandLine(folder: string): Promise<void> {
  const entryPoints = [path.join(ROOT, 'src/cli/main.ts')];
  const banner = { js: REQUIRE };
  await build({ ...shared, format: 'esm', splitting: true, entryPoints, outdir: path.resolve(folder), banner });
  chmodSync(path.join(folder, 'main.js'), 0o755);
}
