import { afterEach, expect, test } from '@jest/globals';
import { stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const jane = user('jane');
const groups = (count: number) => Array.from({ length: count }, (_, index) => group(`g${index}`, membersOf(jane)));
const data = { containers: ['prod'], roles: ['Auditor'] };

async function lose(declared: number, gone: number) {
  bench = await openWorkbench({ data });
  const code = [jane, ...groups(declared)];
  await bench.converge(code);
  for (let index = 0; index < gone; index++) bench.sim.admin.deleteGroup(`g${index}`);
  bench.sim.resetRequests();
  return code;
}

test.each([
  ['three of ten groups are made again', 10, 3],
  ['five of a hundred are a twentieth and are made again', 100, 5],
])('%s', async (_, declared, gone) => {
  const code = await lose(declared, gone);
  const plan = await bench.plan(code);
  expect(stepsOf(plan)).toHaveLength(gone);
});

test.each([
  ['declared', 10, 4, true],
  ['declared, of a hundred', 100, 6, true],
  ['no longer declared', 10, 4, false],
])('more than that stops the run before anything is concluded from it (%s)', async (_, declared, gone, stay) => {
  const code = await lose(declared, gone);
  const wanted = stay ? code : code.slice(0, 1);
  const said = `${gone} of ${declared} managed groups are not visible on the Platform SCIM (static token): g`;
  const message = expect.stringContaining(said);
  await expect(bench.plan(wanted)).rejects.toMatchObject({
    errors: [{ code: 'visibility_reduced', message, remedy: [{ kind: 'allowMissing', count: gone, soFar: false }] }],
  });
  expect(bench.sim.requests.writes).toBe(0);
  await expect(bench.plan(wanted, { allowMissing: gone - 1 })).rejects.toThrow(said);
  const plan = await bench.plan(wanted, { allowMissing: gone });
  expect(stepsOf(plan).length).toBeGreaterThan(0);
});

test('missing permissions and bindings are counted like objects', async () => {
  const people = Array.from({ length: 4 }, (_, index) => user(`u${index}`));
  const edges = people.flatMap((person, index) => [
    grant(`p${index}`, 'prod', person, 'View'),
    bind(`b${index}`, 'Auditor', person),
  ]);
  bench = await openWorkbench({ data });
  await bench.converge([...people, ...edges]);
  for (const { values } of people) {
    bench.sim.admin.revoke('prod', { user: String(values.userName) });
    bench.sim.admin.unbindRole('Auditor', { user: String(values.userName) });
  }
  await expect(bench.plan([...people, ...edges])).rejects.toMatchObject({
    errors: [
      {
        message: expect.stringMatching(
          /^4 of 4 managed container permissions are not visible on the SCIM Cloud Connector: .*u\d@example.com on prod, .*, and 1 more$/,
        ),
      },
      {
        message: expect.stringMatching(
          /^4 of 4 managed role bindings are not visible on the Platform REST: Auditor of u/,
        ),
      },
    ],
  });
});

test('an empty list is refused even if few objects are missing', async () => {
  const code = await lose(2, 2);
  await expect(bench.plan(code)).rejects.toMatchObject({
    errors: [
      {
        code: 'visibility_reduced',
        message: expect.stringMatching(/^2 of 2 managed groups .*: g\d, g\d; the list of groups is empty$/),
      },
    ],
  });
  expect(stepsOf(await bench.plan(code, { allowMissing: 2 }))).toEqual(['create group g0', 'create group g1']);
});

test('permissions are not counted as missing when the account sees no container', async () => {
  bench = await openWorkbench({ data });
  const code = [jane, grant('p', 'prod', jane, 'View')];
  await bench.converge(code);
  bench.sim.seeOnly([]);
  await expect(bench.plan([jane])).rejects.toMatchObject({
    errors: [
      {
        code: 'visibility_reduced',
        message: expect.stringMatching(/; the list of containers is empty; the API refuses to show 1 of them \(403\)$/),
      },
    ],
  });
});

test('an object that a removed block forgets is not counted as missing', async () => {
  await lose(10, 4);
  const plan = await bench.plan([jane], { forgotten: groups(10).map(({ address }) => address) });
  expect(plan.resource_changes.map(({ change }) => change.actions[0]).sort()).toEqual([
    ...Array(10).fill('forget'),
    'no-op',
  ]);
});
