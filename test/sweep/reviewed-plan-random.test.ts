import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPlanFile } from '../../src/cli/plan-file.js';
import { DelineaError, DelineaErrors, type Plan, terraformParts } from '../../src/provider/index.js';
import {
  effectsOf,
  openReviewedScenario,
  type ReviewedScenario,
  type Tampered,
} from '../support/plan/reviewed-scenario.js';

let scenario: ReviewedScenario;

afterEach(() => scenario.bench.close());

const file = join(mkdtempSync(join(tmpdir(), 'reviewed-')), 'plan.json');

/** Returns the parts that follow from the changes of a plan, none if its changes have another form. */
function partsOf(plan: Tampered): object {
  try {
    return terraformParts(plan);
  } catch {
    return {};
  }
}

/** Reads a plan from a file and makes the plan that an apply of it runs. */
async function reviewed(plan: Tampered): Promise<Plan> {
  writeFileSync(file, JSON.stringify({ ...plan, ...partsOf(plan) }));
  const saved = readPlanFile(file);
  if (!saved) throw new DelineaError('stale_plan', 'not a plan');
  return scenario.again(saved);
}

test('saved plan: it is refused or does and shows what it did unchanged, when any value in it is another one', async () => {
  scenario = await openReviewedScenario({
    protectedPrincipals: ['bob@example.com'],
    allowPrincipals: ['bob@example.com'],
  });
  const { plan } = scenario;
  const effects = effectsOf(await reviewed(plan));
  expect(effects).toBe(effectsOf(plan));
  const leaves = leavesIn(plan);
  const valueAt = (path: readonly string[]) => path.reduce((here: Tampered, name) => here[name], plan);
  const values = fc.oneof(fc.constantFrom<unknown>(...new Set(leaves.map(valueAt))), fc.jsonValue({ maxDepth: 1 }));
  const { writes } = scenario.bench.sim.requests;
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leaves), values, async (path, value) => {
      const tampered = structuredClone(plan);
      const parent = path.slice(0, -1).reduce((here, name) => here[name], tampered);
      parent[path.at(-1)!] = value;
      const made = await reviewed(tampered).catch((error: unknown) => error);
      if (!(made instanceof Error)) {
        expect(effectsOf(made as Plan)).toBe(effects);
        return expect(shownIn(tampered)).toEqual(shownIn(plan));
      }
      expect([DelineaError, DelineaErrors]).toContain(made.constructor);
      refusals++;
    }),
    { numRuns: 80 },
  );
  expect(refusals).toBeGreaterThan(10);
  expect(scenario.bench.sim.requests.writes).toBe(writes);
});

test.each([1, 3, 5])(
  'saved plan: a second apply finishes it when the first stopped after %d writes',
  async (writes) => {
    scenario = await openReviewedScenario();
    const { bench, plan } = scenario;
    const stop = new AbortController();
    let written = 0;
    const log = async ({ outcome }: { outcome: string }) => {
      if (outcome === 'written' && ++written === writes) stop.abort();
    };
    await bench.apply(plan, { log, signal: stop.signal });
    expect(await bench.apply(await reviewed(plan))).toMatchObject({ converged: true });
    expect((await reviewed(plan)).applyable).toBe(false);
  },
);

/** Returns the parts of a file that a policy tool may read and that no step has. */
function shownIn({ applyable, complete, errored, resource_changes, delinea }: Tampered): unknown {
  const warnings = delinea.findings.flatMap(({ level, code, address, message }: Tampered) =>
    level === 'note' ? [] : [{ level, code, address, message }],
  );
  return { applyable, complete, errored, resource_changes, warnings };
}

function leavesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, inner]) => leavesIn(inner).map((path) => [key, ...path]));
}
