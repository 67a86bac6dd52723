import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { secretsIn } from '../support/assert/secrets.js';
import { stackCode, TestRepository } from '../support/ci/repository.js';

jest.setTimeout(240_000);

let repository: TestRepository;
beforeAll(async () => {
  const jane = { user_name: 'jane@example.com', title: 'Lead' };
  repository = await TestRepository.open({}, stackCode({ delinea_user: { jane } }));
});
afterAll(() => repository.close());

test('drift every night: an issue is opened, updated and closed, and the findings are uploaded as SARIF', async () => {
  const { server, sim } = repository;
  const night = async () => {
    const { synth, drift, issue, sarif } = await repository.drift();
    const jobs = [synth!, drift!, issue!, sarif!];
    expect(jobs.map(({ result }) => result)).toEqual(['success', 'success', 'success', 'success']);
    expect(secretsIn(jobs.map(({ log }) => log).join('\n'), sim)).toEqual([]);
    return JSON.parse(sarif!.sarif!).runs[0].results.length;
  };
  expect(await night()).toBe(0);
  expect(server.issues).toEqual([]);
  sim.admin.editUser('jane@example.com', { title: 'Root' });
  expect(await night()).toBeGreaterThan(0);
  expect(server.issues).toMatchObject([{ state: 'open', body: expect.stringContaining('Root') }]);
  sim.admin.editUser('jane@example.com', { title: 'Chief' });
  await night();
  expect(server.issues).toMatchObject([{ state: 'open', body: expect.stringContaining('Chief') }]);

  // A tenant that cannot be read is not one without drift.
  sim.faults.set({ faults: [{ kind: 'status', status: 401 }] });
  const { drift, issue, sarif } = await repository.drift();
  expect([drift!.result, issue!.result, sarif!.result]).toEqual(['failure', 'failure', 'skipped']);
  expect(server.issues).toMatchObject([{ state: 'open', body: expect.stringContaining('Chief') }]);
  sim.faults.clear();

  sim.admin.editUser('jane@example.com', { title: 'Lead' });
  await night();
  expect(server.issues).toMatchObject([{ state: 'closed' }]);
});
