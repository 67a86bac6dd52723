import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { StateResource } from './from-terraform.js';
import { findStillExisting } from './still-exists.js';

let bench: Workbench;
const jane = user('jane');
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
  await bench.converge([jane, group('sre', membersOf(jane)), grant('g', 'prod', jane, 'View')]);
});
afterEach(() => bench.close());

const owned = () => [...bench.ledger.values()];
const existing = async (entries: readonly StateResource[] = []) => {
  const found = await findStillExisting(await connect(bench.settings, bench.sim.env), owned(), entries);
  return found.map(({ address }) => address).sort();
};

describe('findStillExisting', () => {
  test('returns live objects', async () => {
    expect(await existing()).toEqual(['delinea_container_permission.g', 'delinea_group.sre', 'delinea_user.jane']);
  });

  test('leaves out disabled, emptied and revoked objects', async () => {
    bench.sim.admin.revoke('prod', { user: 'jane@example.com' });
    bench.sim.admin.removeMember('sre', 'jane@example.com');
    bench.sim.admin.setActive('jane@example.com', false);
    expect(await existing()).toEqual([]);
  });

  test('throws when an object cannot be read', async () => {
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    await expect(existing()).rejects.toMatchObject({
      errors: [{ code: 'incomplete_response', path: 'delinea_container_permission.g' }],
    });
  });

  test('sends no request when no entry is missing', async () => {
    bench.sim.resetRequests();
    expect(await findStillExisting(await connect(bench.settings, bench.sim.env), [], [])).toEqual([]);
    expect(bench.sim.requests.total).toBe(0);
  });
});
