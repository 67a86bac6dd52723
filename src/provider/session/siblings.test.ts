import { afterEach, expect, test } from '@jest/globals';
import { connect } from '../api/tenant.js';
import { resourceOf } from '../resources/index.js';
import { readSettings } from '../settings/settings.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';
import { openSession } from './session.js';

let bench: SessionBench;
afterEach(() => bench.close());

test('siblings: every reduction is refused at plan and at apply, also if they appear later, and a grant is not', async () => {
  bench = await openSessionBench({ data: { users: [] } });
  const jane = await bench.apply('user', { userName: 'jane@example.com' });
  const asked: boolean[] = [];
  let count = 0;
  const tenant = await connect(readSettings({ visibilitySeconds: 1, retries: 0 }, bench.sim.env), bench.sim.env);
  const open = () =>
    openSession(
      tenant,
      async () => undefined,
      (isApply) => asked.push(isApply) > 0 && count > 0,
    );
  const disabled = { ...jane, declared: { userName: 'jane@example.com', active: false } };
  await open().plan(disabled);
  count = 1;
  const refusal = { code: 'refused_by_guard', message: expect.stringContaining('jane@example.com would lose access') };
  await expect(open().plan(disabled)).rejects.toMatchObject(refusal);
  expect((await open().apply(disabled)).error).toMatchObject(refusal);
  expect(asked).toEqual([false, false, true]);
  const joe = { resource: resourceOf('user'), declared: { userName: 'joe@example.com' } };
  expect((await open().apply(joe)).error).toBeUndefined();
  expect(bench.sim.state().users.map(({ active }) => active)).toEqual([true, true]);
});
