import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { planJson } from '../../src/cli/plan.js';
import { readPlanFile } from '../../src/cli/plan-file.js';
import { planDigest } from '../../src/provider/index.js';
import { openProject, type Project } from '../support/cli/project.js';

const KEY = { DELINEA_PLAN_KEY: '0123456789abcdef0123456789abcdef' };
const APPLY = ['apply', 'saved', '--auto-approve'] as const;

let project: Project;

const declare = (count: number) =>
  project.declare({
    delinea_user: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
    ),
  });
const digest = () => planDigest(readPlanFile(project.path('saved'))!);

beforeEach(async () => {
  project = await openProject();
  declare(8);
  expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
  declare(1);
});
afterEach(() => project.close());

test('the allowance of a saved plan counts when --expect has its digest', async () => {
  await project.run('plan', '--allow-removals', '7', '--out', 'saved');
  const { code, out } = await project.run(...APPLY, '--expect', digest());
  expect([code, out]).toEqual([0, expect.stringContaining('allowed by the reviewed plan: 7 of 8 users')]);
});

test('the allowance of a saved plan counts when its signature is verified, and one of the apply counts first', async () => {
  await project.runWith({ ...KEY, DELINEA_ALLOW_REMOVALS: '7' }, 'plan', '--out', 'saved');
  expect(await project.runWith({ ...KEY, DELINEA_ALLOW_REMOVALS: '6' }, ...APPLY)).toMatchObject({
    code: 3,
    writes: 0,
  });
  expect(await project.runWith(KEY, ...APPLY)).toMatchObject({ code: 0, writes: 7 });
});

test('the allowance of a plan that is not proven is refused before any write, with the option to repeat', async () => {
  await project.run('plan', '--allow-removals', '7', '--out', 'saved');
  const refused = await project.run(...APPLY);
  expect(refused).toMatchObject({ code: 3, writes: 0 });
  expect(refused.err).toContain('--allow-removals 7');
  expect(refused.err).toContain('pass --expect with the digest that `delinea-iac plan` printed');
  expect(await project.run(...APPLY, '--allow-removals', '7')).toMatchObject({ code: 0, writes: 7 });
});

test('an allowance that somebody adds to a plan changes its digest and breaks its signature', async () => {
  await project.runWith(KEY, 'plan', '--out', 'saved');
  const before = digest();
  const plan = JSON.parse(project.read('saved')!);
  plan.delinea.allowances = [{ source: 'the command line', removals: 7 }];
  project.write('saved', planJson(plan));
  expect(await project.run(...APPLY, '--expect', before)).toMatchObject({ code: 1, writes: 0 });
  expect(await project.runWith(KEY, ...APPLY)).toMatchObject({ code: 1, writes: 0 });
  plan.delinea.allowances = [{ source: 'the command line', removals: 'all' }];
  project.write('saved', planJson(plan));
  expect(await project.run(...APPLY)).toMatchObject({ code: 1, writes: 0 });
});
