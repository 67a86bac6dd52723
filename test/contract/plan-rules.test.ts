import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openProject, type Project } from '../support/cli/project.js';

let project: Project;
/** Closing searches the output for secrets. */
afterEach(() => project.close());

/** The rules of the guide, by a validator that knows nothing of this project. */
const guide = readFileSync('docs/guides/policies.md', 'utf8');
const passes = new Ajv2020({ strict: false }).compile(JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)![1]!));
const planned = async () => JSON.parse((await project.run('plan', '--json')).out);

describe('plan JSON', () => {
  test('a JSON Schema of rules accepts an ordinary plan and refuses one that prepares a deletion', async () => {
    project = await openProject({ data: { users: [{ userName: 'jane@example.com' }] } });
    const jane = { user_name: 'jane@example.com' };
    project.declare({ delinea_user: { jane, tom: { user_name: 'tom@example.com' } } });
    const ordinary = await planned();
    expect([passes(ordinary), passes.errors]).toEqual([true, null]);
    expect(ordinary.resource_changes).toHaveLength(2);
    project.declare({ delinea_user: { jane: { ...jane, on_removal: 'delete' } } });
    expect(passes(await planned())).toBe(false);
    expect(passes.errors![0]!.instancePath).toBe('/resource_changes/0/delinea/settingChanges');
    expect(
      passes({
        ...ordinary,
        resource_changes: [{ ...ordinary.resource_changes[0], delinea: { operation: 'delete' } }],
      }),
    ).toBe(false);
    const lifted = { settingChanges: [{ name: 'prevent_destroy', before: true, after: false }] };
    expect(passes({ ...ordinary, resource_changes: [{ ...ordinary.resource_changes[0], delinea: lifted }] })).toBe(
      false,
    );
  });
});
