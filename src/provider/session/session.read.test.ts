import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { groupOf } from '../../../test/support/assert/facts.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect, openSession, resourceOf } from '../index.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'jane@example.com' }],
      groups: [{ displayName: 'sre', members: ['jane@example.com'] }],
    },
  });
});
afterEach(() => bench.close());

test('session read: an error about members that the response leaves out has the attribute as its path', async () => {
  const { id } = groupOf(bench.sim.state(), 'sre');
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'] }] });
  const session = openSession(await connect(bench.settings, bench.sim.env), async () => undefined);
  const state = { id, displayName: 'sre', members: ['user-1'] };
  await expect(session.read({ resource: resourceOf('group'), state })).rejects.toMatchObject({
    code: 'incomplete_response',
    path: 'members',
  });
});
