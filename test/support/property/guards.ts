import { expect } from '@jest/globals';
import { type OwnedObject, type Plan, resourceOf } from '../../../src/provider/index.js';
import { expectedRefusals } from '../assert/expected-refusals.js';
import { ADMIN_ROLES, declarationsFor, drawCase } from '../generate/guarded-tenant.js';
import { randomFrom } from '../generate/random.js';
import { openWorkbench } from '../tenant/workbench.js';

const PREFIX = 'apply will refuse: ';

/** Returns the ledger that results from a plan that adopts everything unchanged. */
function ledgerOf(plan: Plan): OwnedObject[] {
  return plan.resource_changes.map(({ address, delinea: { kind, id, surface, operation, before } }) => {
    if (operation !== 'adopt' || id === undefined) throw new Error(`${address} does not exist as declared`);
    const key = Object.fromEntries(resourceOf(kind).key.map((name) => [name, before[name]]));
    return { address, kind, id, surface, key };
  });
}

/**
 * Plans random changes of one random tenant and expects the same refusals as from {@link expectedRefusals}, messages and
 * counts included. Returns the refusals of each change.
 */
async function refusalsOfChanges(seed: number, changes: number): Promise<(readonly string[])[]> {
  const { tenant, before, after } = drawCase(randomFrom(seed), changes);
  const bench = await openWorkbench({
    data: tenant,
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
    numbered: seed % 4 < 2,
    provider: { adminRoles: ADMIN_ROLES },
  });
  try {
    const owned = ledgerOf(await bench.plan(declarationsFor(before)));
    const outcomes: (readonly string[])[] = [];
    for (const [index, stack] of after.entries()) {
      const { findings } = (await bench.plan(declarationsFor(stack), { owned })).delinea;
      const errors = findings.filter(({ level }) => level === 'error');
      const refused = findings.filter(({ code }) => code === 'refused_by_guard').map(({ message }) => message);
      const expected = expectedRefusals(tenant, before, stack);
      const at = `seed ${seed}, change ${index}`;
      expect([at, errors, refused.sort()]).toEqual([at, [], expected.map((message) => PREFIX + message)]);
      outcomes.push(expected);
    }
    return outcomes;
  } finally {
    await bench.close();
  }
}

const SORTS = ['users', 'members', 'permissions on', 'permissions', 'bindings', 'Owner', 'holder'];

/** Repeats that for many tenants. Each reason to refuse, and no refusal, has to occur in one change of thirty. */
export async function checkGuards(seeds: readonly number[], changes: number): Promise<void> {
  const seen = new Map<string, number>();
  for (const seed of seeds) {
    for (const refusals of await refusalsOfChanges(seed, changes)) {
      const sorts = refusals.map((message) => SORTS.find((sort) => message.includes(sort))!);
      for (const sort of refusals.length === 0 ? ['nothing'] : sorts) seen.set(sort, (seen.get(sort) ?? 0) + 1);
    }
  }
  const enough = (seeds.length * changes) / 30;
  for (const sort of ['nothing', ...SORTS]) expect([sort, (seen.get(sort) ?? 0) >= enough]).toEqual([sort, true]);
}
