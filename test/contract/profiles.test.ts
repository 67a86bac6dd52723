import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { factsOf, stepsOf } from '../support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const data = {
  users: [{ userName: 'stranger@example.com' }],
  groups: [{ displayName: 'bystanders', members: ['stranger@example.com'] }],
  containers: ['prod', 'stage'],
  containerPermissions: [{ container: 'prod', user: 'stranger@example.com', right: 'Edit' as const }],
};

const ann = user('ann', { displayName: 'Ann', active: true });
const ben = user('ben', { displayName: 'Ben' });
const sre = group('sre', membersOf(ann, ben));
const access = [grant('sre_on_prod', 'prod', sre, 'Owner'), grant('ann_on_stage', 'stage', ann, 'View')];
const roles = [bind('ann_user', 'User', ann), bind('sre_user', 'Platform User', sre)];

const PROFILES = [
  ['platform', [ann, ben, sre, ...access, ...roles]],
  ['secret-server', [ann, ben, sre, ...access, ...roles]],
  ['scim-cloud', [ann, ben, sre, ...access]],
  ['scim-connector', [ann, ben, sre, ...access]],
] as const;

const USERS_AND_GROUPS = ['platform-scim', 'scim-cloud', 'secret-server', 'secret-server-scim', 'scim-connector'];

async function lifeOf(everything: readonly Declaration[]) {
  const first = await bench.converge(everything);
  expect(first.failures).toEqual([]);
  expect(stepsOf(await bench.plan(everything))).toEqual([]);
  const facts = factsOf(bench.sim.state());
  expect(facts).toEqual(expect.arrayContaining(['ann@example.com in sre', 'user ben@example.com active']));

  const without = everything.filter(({ address }) => !/ben|ann_on_stage/.test(address));
  const changed = without.map((each) => (each === sre ? group('sre', membersOf(ann)) : each));
  expect((await bench.converge(changed)).failures).toEqual([]);
  expect(factsOf(bench.sim.state())).toEqual(expect.arrayContaining(['user ben@example.com disabled']));
  expect(factsOf(bench.sim.state())).not.toContain('ben@example.com in sre');
  expect(stepsOf(await bench.plan(changed))).toEqual([]);

  expect((await bench.converge([])).failures).toEqual([]);
  expect(factsOf(bench.sim.state()).filter((fact) => /ann|sre/.test(fact))).toEqual([
    'group sre: ',
    'user ann@example.com disabled',
  ]);
}

describe('profiles', () => {
  test.each(PROFILES)('%s: the subset that it serves is created, changed and removed', async (profile, everything) => {
    bench = await openWorkbench({ data, provider: { profile, externalIdFrom: 'userName' } });
    await lifeOf(everything);
  });

  test.each(USERS_AND_GROUPS)('users and groups on %s', async (surface) => {
    const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
    bench = await openWorkbench({ data, provider: { routing, externalIdFrom: 'userName' } });
    await lifeOf([ann, ben, sre]);
  });

  test.each(['platform-identity', 'scim-cloud', 'scim-connector'])(
    '%s: a kind that it does not serve is one error that names the profiles',
    async (profile) => {
      bench = await openWorkbench({ data, provider: { profile, externalIdFrom: 'userName' } });
      await expect(bench.plan([ann, sre, ben, ...roles])).rejects.toMatchObject({
        errors: [
          {
            code: 'unserved',
            message: expect.stringContaining('does not serve role-binding'),
            hint: expect.stringContaining('Profiles that serve it: platform, secret-server.'),
          },
        ],
      });
    },
  );
});
