import { afterEach, describe, expect, test } from '@jest/globals';
import { findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { declared } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

/** Names that the tenant holds decomposed; configurations are composed. */
const [NFC, NFD] = ['josé@example.com', 'jose\u0301@example.com'];

let bench: Workbench;
afterEach(() => bench?.close());

/** Others beside, so that the list is long and the one is asked for by name. */
async function open(surface: string): Promise<void> {
  const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
  bench = await openWorkbench({
    seedUsers: 2_000,
    data: {
      users: [{ userName: NFD, title: 'Lead' }, { userName: 'ann@example.com' }],
      groups: [{ displayName: NFD, description: 'theirs', members: ['ann@example.com'] }, { displayName: 'other' }],
    },
    provider: { routing, externalIdFrom: 'userName' },
  });
}

const user = (values: object = {}) => declared('user', 'jose', { userName: NFC, ...values });
const group = (values: object = {}) => declared('group', 'jose', { displayName: NFC, ...values });

describe.each(['platform-rest', 'platform-scim', 'scim-cloud'])(
  'foldCase: a name in another Unicode normal form on %s',
  (surface) => {
    test('is the same account and the same group: adopted, not created again', async () => {
      await open(surface);
      const result = await bench.converge([user({ title: 'Lead' }), group()]);
      expect(
        stepsOf(result.plan)
          .map((step) => step.normalize('NFC'))
          .sort(),
      ).toEqual([`adopt group ${NFC}`, `adopt user ${NFC}`]);
      expect([result.failures, bench.sim.requests.writes]).toEqual([[], 0]);
      expect(stepsOf(await bench.plan([user({ title: 'Lead' }), group()]))).toEqual([]);
    });

    test('is refused when the object differs, and nothing is created', async () => {
      await open(surface);
      const plan = await bench.plan([user({ title: 'Boss' }), group({ description: 'ours' })]);
      expect(stepsOf(plan)).toEqual([]);
      expect(findingsOf(plan).filter((finding) => finding.startsWith('error'))).toHaveLength(2);
    });
  },
);
