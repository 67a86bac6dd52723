import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { planJson } from '../../src/cli/plan.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';
import type { Tampered } from '../support/plan/reviewed-scenario.js';

const APPLY = ['apply', 'plan.json', '--auto-approve'] as const;
const KEY = 'a plan key of the pipeline: 0123456789';

let project: Project;
let made: { plan: string; digest: string; ledger: string; log: string };

const principal = (name: string) => ({ principal_type: 'user', principal_id: `\${delinea_user.${name}.id}` });
const declare = (grants: object) =>
  project.declare({
    delinea_user: { ann: { user_name: 'ann@example.com' }, bob: { user_name: 'bob@example.com' } },
    delinea_container_permission: grants as never,
  });
const idOf = (name: string) => project.sim.state().users.find(({ userName }) => userName === `${name}@example.com`)!.id;

/** Writes plan.json, which grants Ann a right on prod. */
beforeAll(async () => {
  project = await openProject({ data: { users: [{ userName: 'mallory@example.com' }], containers: ['prod'] } });
  declare({});
  expect(await project.run('apply', '--init-ledger', '--auto-approve')).toMatchObject({ code: 0 });
  declare({ prod: { container: 'prod', right: 'View', ...principal('ann') } });
  const { out } = await project.run('plan', '--out', 'plan.json');
  const [, digest] = /^Plan digest: ([0-9a-f]{64})$/m.exec(out)!;
  made = {
    plan: project.read('plan.json')!,
    digest: digest!,
    ledger: project.read(LEDGER)!,
    log: project.read('apply.jsonl')!,
  };
});

beforeEach(() => {
  project.write('plan.json', made.plan);
  project.write(LEDGER, made.ledger);
  project.write('apply.jsonl', made.log);
});

afterAll(() => project.close());

function edit(change: (plan: Tampered, grant: Tampered) => void): void {
  const plan = JSON.parse(made.plan);
  change(
    plan,
    plan.resource_changes.find(({ type }: Tampered) => type === 'delinea_container_permission'),
  );
  project.write('plan.json', planJson(plan));
}

async function expectUntouched(code: number, err: string, ...args: string[]): Promise<void> {
  const attempt = await project.run(...APPLY, ...args);
  expect(attempt).toMatchObject({ code, writes: 0, ledger: 'as before', err: expect.stringContaining(err) });
  expect(project.sim.state().containerPermissions).toEqual([]);
}

describe('forged plan file', () => {
  test('is refused when the right goes to somebody else and its text stays', async () => {
    edit((plan, { change, delinea }) => {
      // The reviewer still reads "View of ann@example.com on prod".
      delinea.desired.principalId = idOf('mallory');
      change.after.principal_id = idOf('mallory');
      plan.delinea.names.user[idOf('mallory')] = plan.delinea.names.user[idOf('ann')];
    });
    await expectUntouched(1, 'View of ann@example.com on prod was changed since the plan was made: principal_id');
  });

  test('is refused when the name of an id leads to another object on the surface that is written', async () => {
    edit((plan) => {
      for (const entry of Object.values<Tampered>(plan.delinea.names.user)) entry.name = 'mallory@example.com';
    });
    await expectUntouched(1, 'a name was changed since the plan was made');
  });

  test('cannot make guards count unchanged objects that do not exist', async () => {
    const many = Object.fromEntries([...Array(8).keys()].map((n) => [`u${n}`, { user_name: `u${n}@example.com` }]));
    project.declare({
      delinea_user: { ...many, ann: { user_name: 'ann@example.com' }, bob: { user_name: 'bob@example.com' } },
    });
    expect(await project.run('apply', '--auto-approve')).toMatchObject({ code: 0, writes: 8 });
    project.declare({ delinea_user: { ann: { user_name: 'ann@example.com' }, bob: { user_name: 'bob@example.com' } } });
    await project.run('plan', '--out', 'plan.json');
    const plan = JSON.parse(project.read('plan.json')!);
    const idle = plan.resource_changes.find(({ delinea }: Tampered) => delinea.operation === 'none');
    for (let n = 0; n < 200; n++)
      plan.resource_changes.push({ ...idle, delinea: { ...idle.delinea, key: `delinea_user.x${n}`, id: `x${n}` } });
    plan.delinea.evidence = { orphans: [], protectedInside: {}, unread: [] };
    plan.delinea.limits = false;
    project.write('plan.json', planJson(plan));
    expect(await project.run(...APPLY)).toMatchObject({
      code: 1,
      writes: 0,
      err: expect.stringContaining('was changed since the plan was made: operation'),
    });
    plan.resource_changes = plan.resource_changes.filter(({ delinea }: Tampered) => !/[.]x\d+$/.test(delinea.key));
    project.write('plan.json', planJson(plan));
    const refused = await project.run(...APPLY);
    expect(refused).toMatchObject({
      code: 3,
      writes: 0,
      err: expect.stringContaining('8 of 10 users would be disabled or removed'),
    });
    declare({});
    expect(await project.run('apply', '--auto-approve', '--allow-removals', '8')).toMatchObject({ code: 0 });
    declare({ prod: { container: 'prod', right: 'View', ...principal('ann') } });
  });

  test('is refused when it is a stack, whatever the name of the stack in it', async () => {
    const stack = JSON.parse(project.read('cdk.tf.json')!);
    stack.resource.delinea_container_permission.prod.principal_id = idOf('mallory');
    project.write('plan.json', JSON.stringify(stack));
    await expectUntouched(1, 'the plan cannot be used: it is not a plan');
    project.write('plan.json', '{}');
    await expectUntouched(1, 'the plan cannot be used: it is not a plan');
    project.write('evil.tf.json', JSON.stringify(stack));
    const asStack = await project.run('apply', 'evil.tf.json', '--auto-approve', '--stack', '.');
    expect(asStack).toMatchObject({ code: 1, writes: 0, err: expect.stringContaining('--stack is for a saved plan') });
    rmSync(project.path('evil.tf.json'));
  });

  test('is refused with few requests when it has thousands of steps that nobody planned', async () => {
    edit((plan) => {
      const bob = plan.resource_changes.find(({ address }: Tampered) => address === 'delinea_user.bob');
      for (let n = 0; n < 5000; n++) {
        const delinea = { ...bob.delinea, key: `delinea_user.x${n}#${n}`, id: `${n}`, operation: 'deactivate' };
        plan.resource_changes.push({
          ...bob,
          address: `delinea_user.x${n}`,
          delinea: { ...delinea, id: idOf('mallory') },
        });
        plan.resource_changes.push({ ...bob, address: `delinea_user.y${n}`, delinea: { ...delinea, key: `y${n}` } });
      }
    });
    const before = project.sim.requests.total;
    await expectUntouched(1, 'the plan has deactivate, and stack, ledger and tenant now give no change');
    expect(project.sim.requests.total - before).toBeLessThan(50);
  });

  test('is refused when a key is there twice', async () => {
    project.write('plan.json', made.plan.replace('"label": "View', '"label": "Edit of eve on prod", "label": "View'));
    await expectUntouched(1, 'the plan cannot be used: it has the key "label" twice');
  });
});

describe('apply --expect', () => {
  test('refuses another saved plan before any request, and an invalid digest', async () => {
    edit((plan) => plan.delinea.findings.push({ level: 'note', code: 'adopted', message: 'All is well.' }));
    const before = project.sim.requests.total;
    await expectUntouched(1, `not ${made.digest}; nothing was written`, '--expect', made.digest);
    expect(project.sim.requests.total).toBe(before);
    for (const digest of ['', 'any', made.digest.slice(1)])
      await expectUntouched(1, 'It must be 64 hexadecimal digits.', '--expect', digest);
  });

  test('refuses a plan of the stack that is another one', async () => {
    const attempt = await project.run('apply', '--auto-approve', '--expect', 'f'.repeat(64));
    expect(attempt).toMatchObject({ code: 1, writes: 0 });
    expect(attempt.err).toContain(`its digest is ${made.digest}, not ${'f'.repeat(64)}`);
  });
});

describe('saved plan', () => {
  test('needs its stack', async () => {
    const stack = project.read('cdk.tf.json')!;
    rmSync(project.path('cdk.tf.json'));
    await expectUntouched(1, 'a saved plan is applied with its stack, and this folder has none');
    project.write('cdk.tf.json', stack);
  });

  test('is refused without the signature of the plan key, and the key is in no file', async () => {
    const signed = (key: string, ...args: string[]) => project.runWith({ DELINEA_PLAN_KEY: key }, ...args);
    expect(await signed(KEY, ...APPLY)).toMatchObject({
      code: 1,
      writes: 0,
      err: expect.stringContaining('the plan is not signed, and DELINEA_PLAN_KEY is set'),
    });
    expect(await signed('short', 'plan')).toMatchObject({ code: 1, err: expect.stringContaining('DELINEA_PLAN_KEY') });
    const { out } = await signed(KEY, 'plan', '--out', 'plan.json');
    expect(out).toContain(`Plan digest: ${made.digest}\n`);
    expect(await signed(`${KEY}x`, ...APPLY)).toMatchObject({
      code: 1,
      writes: 0,
      err: expect.stringContaining('the signature of the plan does not match DELINEA_PLAN_KEY'),
    });
    expect(project.read('plan.json')).not.toContain(KEY);
    const applied = await signed(KEY, ...APPLY, '--expect', made.digest);
    expect(applied).toMatchObject({ code: 0, writes: 1 });
    expect(project.read('apply.jsonl')).toContain(`"plan":"${made.digest}"`);
    // An apply of a saved plan plans once, so it reads little more than a plan does.
    const readsOf = ({ out: text }: { out: string }) => Number(/^reads (\d+)/m.exec(text)![1]);
    expect(readsOf(applied)).toBeLessThanOrEqual(readsOf({ out }) + 4);
  });
});
