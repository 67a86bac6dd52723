import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { providerSchema } from '../../src/terraform/schema.js';
import { mistakes, synth } from '../support/cdktf/synth.js';
import { ROOT } from '../support/cdktf/synth-process.js';

type Blocks = Record<string, Record<string, Record<string, unknown>>>;
type Hcl = { resource?: Record<string, Record<string, object[]>>; data?: Record<string, Record<string, object[]>> };

// HashiCorp's HCL parser as WebAssembly, a dependency of cdktf-cli.
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  parse(file: string, text: string): Promise<Hcl>;
};

const { resource_schemas, data_source_schemas } = providerSchema();
const pairs = [
  ['provider', 'provider', 'provider'],
  ...Object.keys(resource_schemas).map((type) => ['resources', type, 'resource']),
  ...Object.keys(data_source_schemas).map((type) => ['data-sources', type, 'data-source']),
].map(([folder, type, name]) => (type === 'provider' ? 'provider/provider' : `${folder}/${type}/${name}`));

/** Unwraps the list around each HCL block. References stay templates, as in the JSON syntax. */
function blocks(of: Record<string, Record<string, object[]>> | undefined): Blocks {
  return Object.fromEntries(
    Object.entries(of ?? {}).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([name, [block]]) => [name, block as Record<string, unknown>])),
    ]),
  );
}

describe('examples on the reference pages', () => {
  test.each(pairs)('%s: TypeScript and HCL declare the same', async (path) => {
    const example = join(ROOT, 'examples', path);
    const { default: build } = (await import(`${example}.ts`)) as { default: (stack: TerraformStack) => void };
    const hcl = await parse(`${path}.tf`, readFileSync(`${example}.tf`, 'utf8'));
    const made = synth(build);
    expect({ resource: made.resource ?? {}, data: made.data ?? {} }).toEqual({
      resource: blocks(hcl.resource),
      data: blocks(hcl.data),
    });
    if (path !== 'provider/provider') expect(mistakes(build)).toEqual([]);
  });

  test('exist for every resource and data source, and for nothing else', () => {
    const found = ['resources', 'data-sources'].flatMap((folder) =>
      readdirSync(join(ROOT, 'examples', folder)).map((type) => `${folder}/${type}/`),
    );
    expect(found.filter((start) => !pairs.some((path) => path.startsWith(start)))).toEqual([]);
    for (const path of pairs) expect(existsSync(join(ROOT, 'examples', `${path}.tf`))).toBe(true);
  });
});
