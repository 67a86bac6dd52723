import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { userOf } from '../../../test/support/assert/facts.js';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { allGrants } from '../../../test/support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Declaration } from '../model/declaration.js';
import { exportToTerraform } from './to-terraform.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod', 'stage'] } });
});
afterEach(() => bench.close());

const jane = user('jane');
const exported = async (...declarations: readonly Declaration[]) =>
  exportToTerraform(await bench.plan(declarations), [...bench.ledger.values()]);

describe('exportToTerraform', () => {
  test('an import block for every managed object', async () => {
    const code = [jane, group('sre', membersOf(jane)), grant('g', 'prod', jane, 'View')];
    await bench.converge(code);
    const { imports, ...rest } = await exported(...code);
    expect(rest).toEqual({ unequal: [], notManaged: [], undeclared: [] });
    const { id } = userOf(bench.sim.state(), 'jane');
    expect(imports.map(({ address }) => address).sort()).toEqual(code.map(({ address }) => address).sort());
    expect(imports.find(({ address }) => address === jane.address)?.id).toBe(id);
    expect(imports.find(({ address }) => address.includes('permission'))?.id).toContain(`,user,${id}`);
  });

  test('lists objects that differ, are not managed, or are no longer declared', async () => {
    await bench.converge([jane, user('tom')]);
    const result = await exported(user('jane', { title: 'Cook' }), user('kim'));
    expect(result.unequal).toEqual(['delinea_user.jane']);
    expect(result.notManaged).toEqual(['delinea_user.kim']);
    expect(result.undeclared).toEqual(['tom@example.com (delinea_user.tom)']);
  });

  test('writes settings and a key that was set from code into the import id', async () => {
    const code = user('jane', { externalId: 'x-1', onRemoval: 'retain', reactivate: 'T-1' });
    await bench.converge([code]);
    const [block] = (await exported(code)).imports;
    expect(decodeURIComponent(block!.id)).toMatch(/\?.*external_id=x-1/);
    expect(block!.id).toMatch(/on_removal=retain/);
    expect(block!.id).toMatch(/reactivate=T-1/);
  });

  test('an authoritative set is managed when the ledger has its edges, or when it is empty as declared', async () => {
    const filled = allGrants('prod', 'prod', [[jane, 'Owner']]);
    const empty = allGrants('stage', 'stage', [], { allowEmpty: true });
    await bench.converge([jane, filled, empty]);
    const { imports, notManaged } = await exported(jane, filled, empty);
    expect([imports.map(({ address }) => address).sort(), notManaged]).toEqual([
      [filled.address, empty.address, jane.address].sort(),
      [],
    ]);
  });
});
