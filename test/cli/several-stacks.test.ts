import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import { DelineaProvider, DelineaUser } from '../../src/constructs/index.js';
import { openProject, type Project } from '../support/cli/project.js';

let project: Project;

beforeEach(async () => {
  project = await openProject();
  project.write('cdktf.json', JSON.stringify({ language: 'typescript', output: 'out' }));
});
afterEach(() => project.close());

/** Synthesises the stacks `people` and `roles`, in which a user of the second one may refer to one of the first. */
function synthesise(bossOf: (roles: TerraformStack, boss: DelineaUser) => { manager?: DelineaUser }): void {
  const app = new App({ outdir: project.path('out') });
  const [people, roles] = ['people', 'roles'].map((name) => {
    const stack = new TerraformStack(app, name);
    new DelineaProvider(stack, 'delinea');
    return stack;
  }) as [TerraformStack, TerraformStack];
  new TerraformVariable(people, 'unused', { type: 'string' });
  const boss = new DelineaUser(people, 'boss', { userName: 'boss@example.com' });
  new DelineaUser(roles, 'jane', { userName: 'jane@example.com', ...bossOf(roles, boss) });
  app.synth();
}

describe('app with two stacks that depend on each other', () => {
  test('plan: says what is passed over and what to apply first', async () => {
    synthesise((roles, boss) => {
      roles.node.addDependency(TerraformStack.of(boss));
      return {};
    });
    const people = await project.run('plan', 'out/stacks/people');
    expect(people).toMatchObject({ code: 2, err: expect.not.stringContaining('Error') });
    expect(people.out).toContain('the embedded engine passes over "variable", which no declaration needs');
    expect(people.out).toContain('1 to add');
    const roles = await project.run('apply', 'out/stacks/roles', '--init-ledger', '--auto-approve');
    expect(roles).toMatchObject({ code: 0, writes: 1 });
    expect(roles.out).toContain('this stack depends on the stack "people", which this run does not apply');
    expect(roles.out).toContain('Apply "people" before this stack.');
    expect(project.read('delinea-iac.roles.json')).toContain('jane@example.com');
  });

  test('reference to another stack: is refused there, and its output is passed over in the other stack', async () => {
    synthesise((_, boss) => ({ manager: boss }));
    const people = await project.run('plan', 'out/stacks/people');
    expect(people.code).toBe(2);
    expect(people.out).toContain('the embedded engine passes over "output", which no declaration needs');
    const roles = await project.run('plan', 'out/stacks/roles');
    expect(roles).toMatchObject({ code: 1, writes: 0 });
    expect(roles.err).toContain("refers to another stack, through Terraform's state");
    expect(roles.err).toContain('DelineaUser.fromUserName');
  });
});
