import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { planJson } from '../../src/cli/plan.js';
import type { Plan } from '../../src/provider/index.js';
import { refused } from '../support/assert/refused.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', 'plan.json', '--auto-approve'] as const;
const REVIEW = '  do: Plan again and review what changed.';

type Change = Plan['resource_changes'][number];

let project: Project;
let made: { plan: string; ledger: string; log: string };

/** Writes plan.json, which changes Jane's title and removes Bob. */
beforeAll(async () => {
  project = await openProject();
  const jane = (title: string) => ({ user_name: 'jane@example.com', title });
  project.declare({ delinea_user: { jane: jane('SRE'), bob: { user_name: 'bob@example.com' } } });
  expect(await project.run('apply', '--init-ledger', '--auto-approve')).toMatchObject({ code: 0 });
  project.declare({ delinea_user: { jane: jane('Lead') } });
  expect(await project.run('plan', '--out', 'plan.json')).toMatchObject({ code: 2, writes: 0 });
  made = { plan: project.read('plan.json')!, ledger: project.read(LEDGER)!, log: project.read('apply.jsonl')! };
});

/** Resets the tenant and the files to their content at plan time. */
beforeEach(() => {
  const { admin } = project.sim;
  admin.editUser('jane@example.com', { title: 'SRE' });
  admin.setActive('bob@example.com', true);
  project.write('plan.json', made.plan);
  project.write(LEDGER, made.ledger);
  project.write('apply.jsonl', made.log);
});

afterAll(() => project.close());

function edit(change: (plan: { resource_changes: Change[]; delinea: Plan['delinea'] }) => void): void {
  const plan = JSON.parse(project.read('plan.json')!);
  change(plan);
  project.write('plan.json', planJson(plan as unknown as Plan));
}

function at(changes: readonly Change[], name: string) {
  const found = changes.find(({ address }) => address === `delinea_user.${name}`);
  if (!found) throw new Error(`the plan has no ${name}`);
  return found as unknown as {
    change: { actions: string[]; after: Record<string, unknown> };
    delinea: Record<string, unknown> & { desired: Record<string, unknown> };
  };
}

async function expectRefused(...err: readonly string[]): Promise<void> {
  expect(await project.run(...APPLY)).toMatchObject(refused(1, err, 'as before'));
}

const expectStale = (address: string, why: string) => expectRefused(`Error: ${why}`, `  at: ${address}`, REVIEW);

test('plan file: it is applied once when nobody changed it', async () => {
  expect(await project.run(...APPLY)).toMatchObject({ code: 0, writes: 2 });
  expect(project.sim.state().users).toMatchObject([{ active: false }, { title: 'Lead' }]);
  // Applied again, it is done.
  const again = await project.run(...APPLY);
  expect(again).toMatchObject({ code: 0, writes: 0 });
  expect(again.out).toContain('Note: already done as the saved plan wants it\n');
});

describe('edited plan file', () => {
  test('is refused when an operation does not match its action', async () => {
    edit(({ resource_changes }) => {
      at(resource_changes, 'jane').delinea.operation = 'deactivate';
    });
    await expectStale(
      'delinea_user.jane',
      'jane@example.com: the plan has deactivate, and stack, ledger and tenant now give update',
    );
  });

  test('is refused when the values to write differ from those that a policy tool reads', async () => {
    edit(({ resource_changes }) => {
      at(resource_changes, 'jane').delinea.desired.title = 'Root';
    });
    await expectStale('delinea_user.jane', 'jane@example.com was changed since the plan was made: title');
  });

  test('does not delete a user when a deactivation became a deletion', async () => {
    edit(({ resource_changes }) => {
      at(resource_changes, 'bob').delinea.operation = 'delete';
    });
    await expectStale(
      'delinea_user.bob',
      'bob@example.com: the plan has delete, and stack, ledger and tenant now give deactivate',
    );
    expect(project.sim.state().users.map(({ userName }) => userName)).toContain('bob@example.com');
  });

  test('is refused when it writes an unknown attribute', async () => {
    edit(({ resource_changes }) => {
      at(resource_changes, 'jane').delinea.desired.password = 'x';
    });
    await expectStale('delinea_user.jane', 'jane@example.com was changed since the plan was made: password');
  });

  test('does not change another user when the id was replaced', async () => {
    edit(({ resource_changes }) => {
      at(resource_changes, 'jane').delinea.id = at(resource_changes, 'bob').delinea.id;
    });
    await expectStale('delinea_user.jane', 'jane@example.com was changed since the plan was made: id');
    expect(project.sim.state().users.find(({ userName }) => userName === 'bob@example.com')).not.toHaveProperty(
      'title',
    );
  });

  test('is refused when its stack or tenant differs', async () => {
    edit(({ delinea }) => Object.assign(delinea, { stack: 'robots' }));
    expect(await project.run(...APPLY)).toMatchObject(
      refused(
        1,
        ['Error: the plan was made for stack "robots", not "people"', '  do: Pass its stack with --stack.'],
        'as before',
      ),
    );
    edit(({ delinea }) => Object.assign(delinea, { stack: 'people', tenant: 'https://acme.delinea.app' }));
    expect(await project.run(...APPLY)).toMatchObject(
      refused(
        1,
        [
          'Error: the plan was made for https://acme.delinea.app, not for <tenant>',
          '  do: Plan again with these settings.',
        ],
        'as before',
      ),
    );
  });

  test('is refused when half of it is missing', async () => {
    const text = project.read('plan.json')!;
    project.write('plan.json', text.slice(0, text.length / 2));
    expect(await project.run(...APPLY)).toMatchObject({ code: 1, writes: 0, ledger: 'as before' });
  });
});

describe('stale plan file', () => {
  test('is refused as a whole with the changed object and attribute', async () => {
    project.sim.admin.editUser('jane@example.com', { title: 'CEO' });
    await expectStale('delinea_user.jane', 'jane@example.com was changed since the plan was made: title');
    expect(project.sim.state().users.find(({ userName }) => userName === 'jane@example.com')?.title).toBe('CEO');
  });
});

describe('wrong plan file', () => {
  test('is refused when delinea-iac did not make it', async () => {
    project.write('plan.json', '{ "format_version": "1.2", "resource_changes": [] }');
    await expectRefused(
      'Error: the plan cannot be used: it was not made by delinea-iac',
      '  at: plan.json',
      '  do: Apply a Terraform plan with terraform apply.',
    );
  });

  test('is refused when it does not exist', async () => {
    expect(await project.run('apply', 'nowhere.json', '--auto-approve')).toMatchObject(
      refused(
        1,
        [
          'Error: "nowhere.json" does not exist',
          '  at: nowhere.json',
          '  do: Run `npx cdktf synth` first (`npx cdktn synth` with cdktn), or pass the path of the cdk.tf.json or of its folder.',
        ],
        'as before',
      ),
    );
  });
});

// This has to be the last test, since it deletes Jane.
test('plan file: a user deleted after the plan is not recreated', async () => {
  project.sim.admin.deleteUser('jane@example.com');
  const { code, err, writes } = await project.run(...APPLY);
  expect([code, writes]).toEqual([1, 0]);
  expect(err).toContain('the user was deleted outside of code and is not created again without consent');
  expect(err).toContain('\n  at: delinea_user.jane\n  do: Plan again and review what changed.');
  expect(project.sim.state().users.map(({ userName }) => userName)).toEqual(['bob@example.com']);
});
