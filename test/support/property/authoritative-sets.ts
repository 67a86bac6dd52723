import { expect } from '@jest/globals';
import { type Declaration, DelineaError, DelineaErrors, type Plan, UNREADABLE } from '../../../src/provider/index.js';
import { randomFaults, type SimulatorData } from '../../../src/simulator/index.js';
import { factsOf, failuresOf, stepsOf } from '../assert/facts.js';
import { type Random, randomFrom } from '../generate/random.js';
import { group, user } from '../tenant/declare.js';
import { allGrants, allHolders } from '../tenant/declare-sets.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../tenant/workbench.js';

const CONTAINERS = ['prod', 'stage', 'test'] as const;
const ROLES = ['Auditor', 'Operator'] as const;
const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
/** Declared principals, which half of the tenants do not have yet. */
const OURS = ['u0', 'u1', 'u2', 'group:g0', 'group:g1'] as const;
/** Principals in the tenant that are not declared. */
const OTHERS = ['stranger', 'other', 'group:others'] as const;
/** The own account of the run. */
const OWN = 'delinea-iac';

/** Rights by container or role and by principal; an empty text for a role. */
type Access = Readonly<Record<string, Readonly<Record<string, string>>>>;

function drawAccess(random: Random, principals: readonly string[], share: number): Access {
  const draw = (rights: readonly string[]) =>
    Object.fromEntries(random.some(principals, share).map((name) => [name, random.pick(rights)]));
  return Object.fromEntries([
    ...CONTAINERS.map((container) => [container, draw(RIGHTS)] as const),
    ...ROLES.map((role) => [role, draw([''])] as const),
  ]);
}

function principalOf(name: string): { user: string } | { group: string } {
  if (name.startsWith('group:')) return { group: name.slice('group:'.length) };
  return { user: name === OWN ? name : `${name}@example.com` };
}

const isRole = (scope: string): boolean => (ROLES as readonly string[]).includes(scope);

function edgesOf(access: Access): Pick<SimulatorData, 'containerPermissions' | 'roleBindings'> {
  const all = Object.entries(access).flatMap(([scope, holders]) =>
    Object.entries(holders).map(([name, right]) => ({ scope, right, ...principalOf(name) })),
  );
  return {
    containerPermissions: all
      .filter(({ scope }) => !isRole(scope))
      .map(({ scope, ...edge }) => ({ container: scope, ...edge })),
    roleBindings: all
      .filter(({ scope }) => isRole(scope))
      .map(({ scope, right: _, ...edge }) => ({ role: scope, ...edge })),
  };
}

/** Returns an authoritative set for each of these containers and roles. */
function declarationsOf(access: Access, scopes: readonly string[]): Declaration[] {
  const declared = new Map<string, Declaration>(
    OURS.map((name) => [name, name.startsWith('group:') ? group(name.slice('group:'.length)) : user(name)]),
  );
  const sets = scopes.map((scope) => {
    const holders = Object.entries(access[scope]!);
    const more = { allowEmpty: holders.length === 0 };
    if (isRole(scope))
      return allHolders(
        scope,
        scope,
        holders.map(([name]) => declared.get(name)!),
        more,
      );
    return allGrants(
      scope,
      scope,
      holders.map(([name, right]) => [declared.get(name)!, right] as const),
      more,
    );
  });
  return [...declared.values(), ...sets];
}

const edgesIn = (bench: Workbench) => factsOf(bench.sim.state()).filter((fact) => / has | is /.test(fact));

/** Returns the expected facts: declared access in declared scopes, the old access elsewhere and of the own account. */
function expected(live: Access, wanted: Access, scopes: readonly string[]): string[] {
  const merged = Object.entries(live).map(([scope, holders]) => {
    const own = Object.fromEntries(Object.entries(holders).filter(([name]) => name === OWN));
    return [scope, scopes.includes(scope) ? { ...wanted[scope], ...own } : holders] as const;
  });
  return factsOf(edgesOf(Object.fromEntries(merged)) as SimulatorData);
}

interface Case {
  readonly bench: Workbench;
  readonly random: Random;
  readonly live: Access;
}

/** Opens a tenant with random access, also for the own account. */
async function openCase(seed: number, options: WorkbenchOptions = {}): Promise<Case> {
  const random = randomFrom(seed);
  const there = seed % 2 === 0;
  const live = drawAccess(random, [...OTHERS, OWN, ...(there ? OURS : [])], 0.5);
  const named = (names: readonly string[]) => names.map(principalOf);
  const principals = [...named(OTHERS), ...named([OWN]), ...(there ? named(OURS) : [])];
  const bench = await openWorkbench({
    idSpaces: seed % 3 === 0 ? 'shared' : 'split',
    numbered: seed % 5 < 2,
    leanLists: seed % 4 < 2,
    data: {
      users: principals.flatMap((of) => ('user' in of ? [{ userName: of.user }] : [])),
      groups: principals.flatMap((of) => ('group' in of ? [{ displayName: of.group }] : [])),
      containers: [...CONTAINERS],
      roles: [...ROLES],
      ...edgesOf(live),
    },
    ...options,
  });
  return { bench, random, live };
}

/** Expects the tenant to match random sets after two applies, and changes by others to be undone by a third. */
export async function checkRandomSets(seed: number): Promise<void> {
  const { bench, random, live } = await openCase(seed);
  try {
    const all = [...CONTAINERS, ...ROLES];
    const scopes = random.some(all, 0.7);
    for (const wanted of [drawAccess(random, OURS, 0.5), drawAccess(random, OURS, 0.5)]) {
      const declarations = declarationsOf(wanted, scopes);
      const result = await bench.converge(declarations);
      expect([result.plan.complete, failuresOf(result)]).toEqual([true, []]);
      expect(edgesIn(bench)).toEqual(expected(live, wanted, scopes));
      const again = await bench.plan(declarations);
      expect([stepsOf(again), again.applyable]).toEqual([[], false]);
      for (const scope of random.some(scopes, 0.5)) {
        const to = principalOf('stranger') as { user: string };
        if (isRole(scope)) bench.sim.admin.bindRole(scope, to);
        else bench.sim.admin.grant(scope, to, random.pick(RIGHTS));
      }
    }
    const last = drawAccess(random, OURS, 0.5);
    const undone = await bench.converge(declarationsOf(last, scopes));
    expect([undone.plan.complete, failuresOf(undone)]).toEqual([true, []]);
    expect(edgesIn(bench)).toEqual(expected(live, last, scopes));
    // Removed sets revoke what they granted; nothing else was managed.
    expect(failuresOf(await bench.converge(declarationsOf(last, [])))).toEqual([]);
    const nothing = Object.fromEntries(all.map((scope) => [scope, {}]));
    expect(edgesIn(bench)).toEqual(expected(live, nothing, scopes));
    expect([...bench.ledger.values()].filter(({ kind }) => kind !== 'user' && kind !== 'group')).toEqual([]);
  } finally {
    await bench.close();
  }
}

/** Repeats a run under random faults and expects it to reach the target within four runs without duplicates. */
export async function checkRandomSetFaults(seed: number): Promise<void> {
  const { bench, random, live } = await openCase(seed, { provider: { visibilitySeconds: 0.4 } });
  try {
    const scopes = [...CONTAINERS, ...ROLES];
    if (seed % 4 < 2) await bench.converge(declarationsOf(drawAccess(random, OURS, 0.5), scopes));
    const wanted = drawAccess(random, OURS, 0.5);
    const declarations = declarationsOf(wanted, scopes);
    const goal = new Set(expected(live, wanted, scopes));
    bench.sim.faults.set({
      faults: [
        ...randomFaults(seed, { maxFaults: 4, within: 60 }),
        ...(['POST', 'PATCH', 'DELETE'] as const).map((method, index) => ({
          kind: random.pick(['resetAfter', 'resetBefore', 'truncate'] as const),
          method,
          path: '^/(api|scim)/',
          rate: 0.15,
          times: 2,
          seed: seed * 10 + index,
        })),
      ],
    });
    let outcome = ['not run'];
    for (let run = 1; run <= 4 && outcome.length > 0; run++) {
      const before = edgesIn(bench);
      outcome = await tryRun(bench, declarations);
      // Declared access that existed before may not be lost in a failed run.
      const lost = before.filter((fact) => goal.has(fact) && !edgesIn(bench).includes(fact));
      expect(lost).toEqual([]);
    }
    expect(outcome).toEqual([]);
    bench.sim.faults.clear();
    expect(edgesIn(bench)).toEqual([...goal].sort());
    expect(stepsOf(await bench.plan(declarations))).toEqual([]);
  } finally {
    await bench.close();
  }
}

/** Returns the error codes of one run. Expects no write when the plan could not read the tenant. */
async function tryRun(bench: Workbench, declarations: readonly Declaration[]): Promise<string[]> {
  const { writes } = bench.sim.requests;
  let plan: Plan;
  try {
    plan = await bench.plan(declarations);
  } catch (error) {
    if (!(error instanceof DelineaError || error instanceof DelineaErrors)) throw error;
    const codes = (error instanceof DelineaErrors ? error.errors : [error]).map(({ code }) => code);
    expect(codes.filter((code) => !UNREADABLE.has(code))).toEqual([]);
    expect(bench.sim.requests.writes).toBe(writes);
    return codes;
  }
  const left = plan.delinea.findings.filter(({ level }) => level === 'error').map(({ code }) => code);
  return [...left, ...failuresOf(await bench.apply(plan))];
}
