import { expect } from '@jest/globals';
import { type OwnedObject, type Plan, resourceOf } from '../../../src/provider/index.js';
import type { SimulatorData } from '../../../src/simulator/index.js';
import { expectedRefusals, readRefusals, withUnlisted } from '../assert/expected-refusals.js';
import { ADMIN_ROLES, declarationsFor, OWN, type Stack } from '../generate/guarded-stack.js';
import { drawCase } from '../generate/guarded-tenant.js';
import { randomFrom } from '../generate/random.js';
import { openWorkbench, type WorkbenchOptions } from '../tenant/workbench.js';

/** Returns the ledger that results from a plan that adopts everything unchanged. */
function ledgerOf(plan: Plan): OwnedObject[] {
  return plan.resource_changes.map(({ address, delinea: { kind, id, surface, operation, before } }) => {
    if (operation !== 'adopt' || id === undefined) throw new Error(`${address} does not exist as declared`);
    const key = Object.fromEntries(resourceOf(kind).key.map((name) => [name, before[name]]));
    return { address, kind, id, surface, key };
  });
}

/** Opens a tenant with a stack that is adopted as it is, to plan changes of it. */
export async function openAdopted(data: SimulatorData, before: Stack, options: WorkbenchOptions = {}) {
  const bench = await openWorkbench({ data, ...options, provider: { adminRoles: ADMIN_ROLES } });
  try {
    expect(bench.settings.ownAccounts).toContain(OWN);
    const owned = ledgerOf(await bench.plan(declarationsFor({ ...before, retired: new Set() })));
    const planOf = (after: Stack) => bench.plan(declarationsFor(after), { owned });
    const refusalsOf = async (after: Stack) => {
      const { findings } = (await planOf(after)).delinea;
      const errors = findings.filter(({ level }) => level === 'error');
      const refused = findings.filter(({ code }) => code === 'refused_by_guard');
      return { errors, refused: readRefusals(refused.map(({ message }) => message)) };
    };
    return { bench, planOf, refusalsOf, close: bench.close };
  } catch (error) {
    await bench.close();
    throw error;
  }
}

/** Returns why the guards refuse the plan of a change, in the form of {@link expectedRefusals}. */
export async function refusalsOfStep(tenant: SimulatorData, before: Stack, after: Stack): Promise<string[]> {
  const adopted = await openAdopted(tenant, before);
  try {
    const { errors, refused } = await adopted.refusalsOf(after);
    expect(errors).toEqual([]);
    return refused;
  } finally {
    await adopted.close();
  }
}

/**
 * Plans random changes of one random tenant and expects the same refusals as from {@link expectedRefusals}, counts
 * included. Returns the refusals of each change.
 */
async function refusalsOfChanges(seed: number, changes: number): Promise<(readonly string[])[]> {
  const { tenant, before, after } = drawCase(randomFrom(seed), changes);
  const idSpaces = seed % 2 === 0 ? 'split' : 'shared';
  const adopted = await openAdopted(tenant, before, { idSpaces, numbered: seed % 4 < 2 });
  try {
    const outcomes: (readonly string[])[] = [];
    for (const [index, stack] of after.entries()) {
      const expected = expectedRefusals(tenant, before, stack, OWN);
      const at = `seed ${seed}, change ${index}`;
      const { errors, refused } = await adopted.refusalsOf(stack);
      expect([at, errors, withUnlisted(refused, expected)]).toEqual([at, [], expected]);
      outcomes.push(expected);
    }
    return outcomes;
  } finally {
    await adopted.close();
  }
}

const SORTS = [
  'memberships',
  'lose access',
  'members of',
  'permissions on',
  'permissions',
  'bindings',
  'users',
  'groups',
  'Owner',
  'holder',
];

/** Repeats that for many tenants. Each reason to refuse, and no refusal, has to occur in one change of sixty. */
export async function checkGuards(seeds: readonly number[], changes: number): Promise<void> {
  const seen = new Map<string, number>();
  for (const seed of seeds) {
    for (const refusals of await refusalsOfChanges(seed, changes)) {
      const sorts = refusals.map((message) => SORTS.find((sort) => message.includes(sort))!);
      for (const sort of refusals.length === 0 ? ['nothing'] : sorts) seen.set(sort, (seen.get(sort) ?? 0) + 1);
    }
  }
  const enough = (seeds.length * changes) / 60;
  expect(['nothing', ...SORTS].filter((sort) => (seen.get(sort) ?? 0) < enough)).toEqual([]);
}
