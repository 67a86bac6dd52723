import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { DECLARED_ELSEWHERE, examplesIn, SURROUNDINGS, withTerraform } from '../support/terraform/examples.js';
import type { TerraformFolder } from '../support/terraform/folder.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(60_000);

const resources = examplesIn('resources', 'resource');
const dataSources = examplesIn('data-sources', 'data-source');
const everything = {
  ...SURROUNDINGS,
  users: [...SURROUNDINGS.users, ...DECLARED_ELSEWHERE.users],
  groups: [...SURROUNDINGS.groups, ...DECLARED_ELSEWHERE.groups],
};

const PROVIDER = 'provider "delinea" {}\n';
const PLAN = ['plan', '-no-color', '-detailed-exitcode'];
const APPLY = ['apply', '-no-color', '-auto-approve'];

/** Returns the id in the state at an address. */
async function idIn(folder: TerraformFolder, address: string): Promise<string> {
  const { out } = await folder.run(['show', '-json']);
  const { values } = JSON.parse(out) as {
    values: { root_module: { resources: { address: string; values: { id: string } }[] } };
  };
  return values.root_module.resources.find((one) => one.address === address)!.values.id;
}

describe('example in Terraform', () => {
  terraformTest('provider: configures a provider that can read the tenant', () =>
    withTerraform(SURROUNDINGS, async (folder) => {
      // The example has its own `source`, which a reader who copies it needs.
      const example = readFileSync(join(ROOT, 'examples/provider/provider.tf'), 'utf8');
      folder.writeAlone(`${example}\ndata "delinea_role" "admin" { name = "Platform Admin" }\n`);
      expect(await folder.validate()).toEqual([]);
      expect(await folder.run(APPLY)).toMatchObject({ code: 0, err: '' });
    }),
  );

  for (const { name, hcl } of dataSources) {
    terraformTest(`${name}: finds its objects and plans no change`, () =>
      withTerraform(everything, async (folder, writes) => {
        folder.write(PROVIDER + hcl);
        expect(await folder.validate()).toEqual([]);
        expect(await folder.run(APPLY)).toMatchObject({ code: 0, err: '' });
        expect(await folder.run(PLAN)).toMatchObject({ code: 0 });
        expect(writes()).toBe(0);
      }),
    );
  }

  for (const { name, hcl, imports } of resources) {
    terraformTest(`${name}: is applied, then plans no change, and each command of its import.sh works`, () =>
      withTerraform(SURROUNDINGS, async (folder) => {
        folder.write(PROVIDER + hcl);
        expect(await folder.validate()).toEqual([]);
        expect(await folder.run(APPLY)).toMatchObject({ code: 0, err: '' });
        expect(await folder.run(PLAN)).toMatchObject({ code: 0 });
        for (const { says, address, id } of imports) {
          const live = await idIn(folder, address);
          // The ids in the examples are invented; use the one in the state.
          const real = id.includes('4711') ? live : id;
          expect(await folder.run(['state', 'rm', address])).toMatchObject({ code: 0 });
          expect(await folder.run(['import', '-no-color', address, real])).toMatchObject({ code: 0, err: '' });
          expect(await idIn(folder, address)).toBe(live);
          expect({ says, ...(await folder.run(PLAN)) }).toMatchObject({ says, code: 0 });
        }
        const { address: to, id } = imports[0]!;
        expect(await folder.run(['state', 'rm', to])).toMatchObject({ code: 0 });
        folder.write(`${PROVIDER}${hcl}\nimport {\n  to = ${to}\n  id = "${id}"\n}\n`);
        const { out } = await folder.run(APPLY);
        expect(out).toContain('1 imported, 0 added, 0 changed, 0 destroyed');
      }),
    );
  }

  test('resources: each has an import.sh whose commands are all parsed', () => {
    for (const { name, imports } of resources) {
      const text = readFileSync(join(ROOT, 'examples', name, 'import.sh'), 'utf8');
      expect(imports.length).toBeGreaterThan(0);
      expect([name, imports.length]).toEqual([name, text.match(/^terraform import /gm)!.length]);
    }
  });
});
