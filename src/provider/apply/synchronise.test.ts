import { afterEach, expect, test } from '@jest/globals';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench.close());

const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ secretServer: 'mirror', data: { containers: ['prod'] }, ...options });
};
const [jane, tom] = [user('jane'), user('tom')];
const sre = group('sre', membersOf(jane, tom));
const NOW = 'POST /SecretServer/api/v1/platform/synchronization-now';

/** Returns the writes of the last run. */
const writes = () =>
  bench.sim.log.flatMap(({ method, path }) =>
    method === 'GET' || path.includes('token') ? [] : [`${method} ${path}`],
  );

test('synchronise: is sent once, after the last create on the Platform', async () => {
  await open();
  const { notes, events } = await bench.converge([jane, tom, sre]);
  const creates = (line: string) => /^POST \S+\/(users|Groups)$/i.test(line);
  expect(notes).toEqual([]);
  expect(writes().filter((line) => line === NOW)).toHaveLength(1);
  expect(writes().filter(creates)).toHaveLength(3);
  expect(writes().findLastIndex(creates)).toBeLessThan(writes().indexOf(NOW));
  expect(events.filter(({ kind }) => kind === 'synchronisation').map(({ outcome }) => outcome)).toEqual([
    'sending',
    'written',
  ]);
});

test('synchronise: comes before the steps that refer to the new objects in Secret Server', async () => {
  const routing = ['container', 'container-permission'].map((kind) => ({ kind, surface: 'secret-server' }));
  await open({ provider: { routing } });
  const { failures } = await bench.converge([jane, tom, sre, grant('g', 'prod', sre, 'View')]);
  expect(failures).toEqual([]);
  expect(bench.sim.state().containerPermissions).toMatchObject([{ container: 'prod', group: 'sre', right: 'View' }]);
});

test('synchronise: is not sent without a create', async () => {
  await open();
  await bench.converge([jane]);
  bench.sim.resetRequests();
  await bench.converge([user('jane', { title: 'SRE' })]);
  expect(writes()).toEqual([expect.stringMatching(/^PATCH /)]);
});

test.each([
  ['Secret Server is another product', { secretServer: 'standalone' }],
  ['Secret Server is the home of the objects', { secretServer: 'standalone', provider: { profile: 'secret-server' } }],
] as const)('synchronise: is not sent when %s', async (_, options) => {
  await open(options);
  expect(await bench.converge([jane])).toMatchObject({ converged: true, notes: [] });
  expect(writes()).not.toContain(NOW);
});

test('synchronise: nothing is sent when Secret Server is not configured', async () => {
  await open();
  const plan = await bench.plan([jane]);
  bench.sim.resetRequests();
  const { 'secret-server': _, ...surfaces } = bench.settings.surfaces;
  Object.assign(bench.settings, { surfaces });
  expect(await bench.apply(plan)).toMatchObject({ converged: true, notes: [] });
  expect(bench.sim.log.filter(({ path }) => path.startsWith('/SecretServer'))).toEqual([]);
});

test.each([
  ['refused', { kind: 'status', status: 403 }],
  ['without a response', { kind: 'resetAfter' }],
] as const)('synchronise: %s is a warning that names the call, and is not repeated', async (_, fault) => {
  await open();
  bench.sim.faults.set({ faults: [{ ...fault, path: 'synchronization-now' }] });
  expect(await bench.converge([jane])).toMatchObject({
    converged: true,
    failures: [],
    notes: [{ level: 'warning', message: expect.stringContaining('POST /v1/platform/synchronization-now failed: ') }],
  });
  expect(writes().filter((line) => line === NOW)).toHaveLength(1);
});
