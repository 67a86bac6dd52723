import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDER_ADDRESS } from '../../src/provider/index.js';
import { bindingsJson } from '../../src/terraform/schema.js';
import { CDK } from './cdk.js';

/** The generator's index files use lazy requires, which ESM does not have, so each binding is imported directly. */
const FOLDER = join('providers', 'delinea');

/** Registry links to pages that ship with the package: long, and broken until the provider is published. */
const REGISTRY_LINK = / {2}\*\n {2}\* Docs at Terraform Registry: .*\n/g;

interface Generator {
  generateAll(): void;
  save(folder: string): Promise<void>;
}

/** Loads a part of the package that, unlike its main entry, does not need jsii-pacmak. */
function newGenerator(schema: object): Generator {
  const require = createRequire(import.meta.url);
  const { CodeMaker } = require('codemaker');
  const { TerraformProviderGenerator } = require(`@${CDK}/provider-generator/lib/get/generator/provider-generator`);
  return new TerraformProviderGenerator(new CodeMaker(), schema);
}

function polish(text: string, header: string): string {
  return `// @ts-nocheck\n${header}${text
    .replace(/^\/\/ https:.*\n\/\/ generated from terraform resource schema\n\n/, '')
    .replaceAll(REGISTRY_LINK, '')
    .replaceAll(`from 'cdktf'`, `from '${CDK}'`)
    .replaceAll(/[ \t]+$/gm, '')}`;
}

/**
 * Returns the bindings of all resources and data sources and of the provider, by file name.
 * They are compiled without type checks, because the generator's output does not satisfy exactOptionalPropertyTypes.
 */
export async function bindings(version: string, header: string): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'delinea-bindings-'));
  try {
    const generator = newGenerator({ ...bindingsJson(), provider_versions: { [PROVIDER_ADDRESS]: version } });
    generator.generateAll();
    await generator.save(folder);
    const entries = await readdir(join(folder, FOLDER), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const texts = await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, FOLDER, name, 'index.ts'), 'utf8')] as const),
    );
    return new Map(
      texts.map(([name, text]) => [`${name.replace('data-delinea-', 'data-')}.ts`, polish(text, header)] as const),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
