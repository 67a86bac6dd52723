import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { Plan, Step } from '../model/plan.js';
import { IdTranslator } from '../read/id-translator.js';
import { poll } from '../read/poll.js';
import { Snapshot } from '../read/snapshot.js';
import type { ApplyContext } from './apply-context.js';
import { homeKeyOf, toSurfaceStep } from './surface-step.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'jane@example.com' }], containers: ['prod'] } });
});
afterEach(() => bench.close());

const [jane, sre] = [user('jane'), group('sre')] as const;

async function translate(plan: Plan, step: Step, ids: ReadonlyMap<string, string>) {
  const tenant = await connect(bench.settings, bench.sim.env);
  const translator = new IdTranslator(new Snapshot(tenant), plan.delinea.names);
  const visible: ApplyContext['visible'] = (ask, otherwise) => poll(0, ask, otherwise);
  return toSurfaceStep({ tenant, translator, ids, visible } as ApplyContext, step);
}

const stepAt = (plan: Plan, address: string) =>
  plan.resource_changes.find((change) => change.address === address)!.delinea;

test('toSurfaceStep: translates references to the ids of the surface and keeps home ids for the ledger', async () => {
  const plan = await bench.plan([jane, group('sre', membersOf(jane)), grant('g', 'prod', jane, 'View')]);
  const { id: home } = stepAt(plan, 'delinea_user.jane');
  const ids = new Map([['delinea_user.jane', home!]]);
  const translated = await translate(plan, stepAt(plan, 'delinea_container_permission.g'), ids);
  expect(translated.home.principalId).toBe(home);
  expect(translated.homeKey).toMatchObject({ principalType: 'user', principalId: home });
  expect(translated.desired.right).toBe('View');
  expect(typeof translated.key.principalId).toBe('string');
  expect(homeKeyOf(translated, { principalType: 'user', principalId: 'surface-id' }).principalId).toBe(home);
});

test('toSurfaceStep: skips a step whose referenced object was not created', async () => {
  const plan = await bench.plan([sre, grant('g', 'prod', sre, 'View')]);
  const step = stepAt(plan, 'delinea_container_permission.g');
  await expect(translate(plan, step, new Map())).rejects.toMatchObject({
    code: 'skipped',
    message: 'not attempted, because delinea_group.sre does not exist',
  });
});
