import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import { withTerraform } from '../support/terraform/examples.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(60_000);

interface StateFile {
  readonly resources: readonly {
    readonly instances: readonly { attributes: Record<string, unknown> }[];
  }[];
}

const HCL = `
provider "delinea" {}
resource "delinea_user" "jane" {
  user_name = "jane@example.com"
  emails    = [{ value = "jane@example.com" }]
}
`;

terraformTest('old state: the plan is empty when the state lacks new attributes and has a removed one', () =>
  withTerraform({}, async (folder, writes) => {
    folder.write(HCL);
    expect(await folder.run(['apply', '-no-color', '-auto-approve'])).toMatchObject({ code: 0, err: '' });
    const file = join(folder.path, 'terraform.tfstate');
    const state = JSON.parse(readFileSync(file, 'utf8')) as StateFile;
    const [instance] = state.resources[0]!.instances;
    const { title: _title, previous_names: _names, ...older } = instance!.attributes;
    instance!.attributes = { ...older, badge_colour: 'red' };
    writeFileSync(file, JSON.stringify(state));
    const before = writes();
    const plan = ['plan', '-no-color', '-detailed-exitcode'];
    expect(await folder.run(plan)).toMatchObject({ code: 0, err: '' });
    expect(await folder.run([...plan, '-refresh-only'])).toMatchObject({ code: 0, err: '' });
    expect(writes()).toBe(before);
  }),
);
