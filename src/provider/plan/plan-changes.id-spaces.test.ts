import { afterEach, expect, test } from '@jest/globals';
import { stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { environmentOf } from '../../../test/support/tenant/environment.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import type { OwnedObject } from '../model/owned-object.js';
import { readSettings } from '../settings/settings.js';
import { makePlan } from './make-plan.js';

let bench: Workbench;
afterEach(() => bench?.close());

const [jane, tom] = [user('jane'), user('tom')] as const;
const sre = group('sre', membersOf(jane));
const all = [jane, tom, sre, grant('g', 'prod', jane, 'View')];

/** A tenant where the connector shows ids that belong to others on the Platform, and a ledger made with Platform ids. */
async function open(idSpaces: 'split' | 'shared') {
  const users = ['one', 'two'].map((name) => ({ userName: `${name}@example.com` }));
  bench = await openWorkbench({ idSpaces, data: { users, containers: ['prod'] } });
  expect((await bench.converge(all)).failures).toEqual([]);
  bench.sim.resetRequests();
}

/** A plan as the next run makes it, with this kind routed to the connector. */
async function reroute(kind: string, declarations: readonly Declaration[], owned: readonly OwnedObject[], block = {}) {
  const settings = readSettings(
    { routing: [{ kind, surface: 'scim-cloud' }] },
    { ...bench.sim.env, ...environmentOf(block) },
  );
  return makePlan(await connect(settings, {}), { stack: 'test', declarations, owned });
}

test.each([
  ['user', [tom]],
  ['user', all],
  ['group', [jane, tom]],
])(
  'openPlanContext: a ledger with Platform ids is refused when %s is routed to the connector',
  async (kind, declarations) => {
    await open('split');
    const before = bench.sim.state();
    await expect(reroute(kind, declarations, [...bench.ledger.values()])).rejects.toMatchObject({
      code: 'unserved',
      message: expect.stringMatching(new RegExp(`ids belong to platform-.*, but ${kind} is now routed to scim-cloud`)),
      remedy: [{ kind: 'recordAgain' }],
    });
    expect([bench.sim.requests.total, bench.sim.state()]).toEqual([0, before]);
  },
);

test('openPlanContext: a permission is refused when only the surface of its principal has changed', async () => {
  await open('split');
  const edges = [...bench.ledger.values()].filter(({ kind }) => kind === 'container-permission');
  expect(edges).toMatchObject([{ surface: 'scim-cloud', endSurfaces: { principalId: 'platform-rest' } }]);
  await expect(reroute('user', [], edges)).rejects.toMatchObject({
    code: 'unserved',
    path: 'delinea_container_permission.g',
  });
  // A permission of a user says nothing about groups.
  expect(stepsOf(await reroute('group', [], edges))).toEqual([
    'revoke container-permission View of jane@example.com on prod',
  ]);
});

test('openPlanContext: a ledger is accepted when both surfaces share ids', async () => {
  await open('shared');
  const block = { surfaces: [{ name: 'scim-cloud', idSpace: 'platform' }] };
  const owned = [...bench.ledger.values()];
  expect(stepsOf(await reroute('user', all, owned, block))).toEqual([]);
  const plan = await reroute('user', [tom], owned, block);
  expect(stepsOf(plan)).toContain('deactivate user jane@example.com');
  const removed = plan.resource_changes.find(({ address }) => address === jane.address);
  expect(removed?.delinea.id).toBe(userOf(bench.sim.state(), 'jane').id);
});
