import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openProject, type Project } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const stack = {
  delinea_user: { jane: { user_name: JANE }, tom: { user_name: 'tom@example.com' } },
  delinea_group: { sre: { display_name: 'sre', members: ['${delinea_user.jane.id}', '${delinea_user.tom.id}'] } },
};

let project: Project;
beforeEach(async () => {
  project = await openProject({ data: {}, provider: { retries: 0 } });
  project.declare(stack);
  expect(await project.run('apply', '--init-ledger', '--auto-approve')).toMatchObject({ code: 0 });
});
afterEach(() => project.close());

const hide = (path: string) =>
  project.sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path, fields: ['members'] }] });
const offboard = () => project.run('offboard', JANE, '--revoke', '--auto-approve', '--json');

test('offboarding: a membership in the ledger is reported as unknown when the group omits its members', async () => {
  hide('/Groups');
  const { code, out } = await offboard();
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({
    disabled: true,
    left: [],
    unread: ['whether it is in sre: its members are not visible'],
  });
  // The ledger still has the membership when the members are visible again.
  project.sim.faults.clear();
  const again = await offboard();
  expect([again.code, JSON.parse(again.out)]).toMatchObject([0, { left: [], unread: [] }]);
  expect(project.sim.state().groups).toMatchObject([{ members: ['tom@example.com'] }]);
});

test('offboarding: memberships are removed when only the list omits members', async () => {
  hide('/Groups\\?');
  const { code, out } = await offboard();
  expect([code, JSON.parse(out)]).toMatchObject([0, { left: [], unread: [] }]);
  hide('/Groups');
  // The ledger has forgotten the removed membership.
  expect((await offboard()).code).toBe(0);
});
