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
/** Declared, and in half of the tenants still to be created. */
const OURS = ['u0', 'u1', 'u2', 'group:g0', 'group:g1'] as const;
/** In the tenant, and declared nowhere. */
const OTHERS = ['stranger', 'other', 'group:others'] as const;
/** The account that the run logs in as. */
const OWN = 'delinea-iac';

/** Who has what: by container or role, by principal, the right; a role has none. */
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

const isRole = (place: string): boolean => (ROLES as readonly string[]).includes(place);

function edgesOf(access: Access): Pick<SimulatorData, 'containerPermissions' | 'roleBindings'> {
  const all = Object.entries(access).flatMap(([place, holders]) =>
    Object.entries(holders).map(([name, right]) => ({ place, right, ...principalOf(name) })),
  );
  return {
    containerPermissions: all
      .filter(({ place }) => !isRole(place))
      .map(({ place, ...edge }) => ({ container: place, ...edge })),
    roleBindings: all
      .filter(({ place }) => isRole(place))
      .map(({ place, right: _, ...edge }) => ({ role: place, ...edge })),
  };
}

/** A set for each place that is declared at all; undeclared ones are left alone. */
function declarationsOf(access: Access, places: readonly string[]): Declaration[] {
  const declared = new Map<string, Declaration>(
    OURS.map((name) => [name, name.startsWith('group:') ? group(name.slice('group:'.length)) : user(name)]),
  );
  const sets = places.map((place) => {
    const holders = Object.entries(access[place]!);
    const more = { allowEmpty: holders.length === 0 };
    if (isRole(place))
      return allHolders(
        place,
        place,
        holders.map(([name]) => declared.get(name)!),
        more,
      );
    return allGrants(
      place,
      place,
      holders.map(([name, right]) => [declared.get(name)!, right] as const),
      more,
    );
  });
  return [...declared.values(), ...sets];
}

const edgesIn = (bench: Workbench) => factsOf(bench.sim.state()).filter((fact) => / has | is /.test(fact));

/** What the tenant must hold: what is declared where something is, what was there where nothing is, the run's own. */
function expected(live: Access, wanted: Access, places: readonly string[]): string[] {
  const merged = Object.entries(live).map(([place, holders]) => {
    const own = Object.fromEntries(Object.entries(holders).filter(([name]) => name === OWN));
    return [place, places.includes(place) ? { ...wanted[place], ...own } : holders] as const;
  });
  return factsOf(edgesOf(Object.fromEntries(merged)) as SimulatorData);
}

interface Case {
  readonly bench: Workbench;
  readonly random: Random;
  readonly live: Access;
}

/** A tenant where anybody may have anything, the run's own account among them. */
async function openCase(seed: number, options: WorkbenchOptions = {}): Promise<Case> {
  const random = randomFrom(seed);
  const there = seed % 2 === 0;
  const live = drawAccess(random, [...OTHERS, OWN, ...(there ? OURS : [])], 0.5);
  const named = (names: readonly string[]) => names.map(principalOf);
  const principals = [...named(OTHERS), ...named([OWN]), ...(there ? named(OURS) : [])];
  const bench = await openWorkbench({
    idSpaces: seed % 3 === 0 ? 'shared' : 'split',
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

/** Plan, apply, plan: what is live is what is declared, twice over, and then what others did is undone. */
export async function setsAreWhole(seed: number): Promise<void> {
  const { bench, random, live } = await openCase(seed);
  try {
    const all = [...CONTAINERS, ...ROLES];
    const places = random.some(all, 0.7);
    for (const wanted of [drawAccess(random, OURS, 0.5), drawAccess(random, OURS, 0.5)]) {
      const declarations = declarationsOf(wanted, places);
      const result = await bench.converge(declarations);
      expect([result.plan.complete, failuresOf(result)]).toEqual([true, []]);
      expect(edgesIn(bench)).toEqual(expected(live, wanted, places));
      const again = await bench.plan(declarations);
      expect([stepsOf(again), again.applyable]).toEqual([[], false]);
      for (const place of random.some(places, 0.5)) {
        const to = principalOf('stranger') as { user: string };
        if (isRole(place)) bench.sim.admin.bindRole(place, to);
        else bench.sim.admin.grant(place, to, random.pick(RIGHTS));
      }
    }
    const last = drawAccess(random, OURS, 0.5);
    const undone = await bench.converge(declarationsOf(last, places));
    expect([undone.plan.complete, failuresOf(undone)]).toEqual([true, []]);
    expect(edgesIn(bench)).toEqual(expected(live, last, places));
    // Sets that go take along what they gave, and nothing else was ours.
    expect(failuresOf(await bench.converge(declarationsOf(last, [])))).toEqual([]);
    const nothing = Object.fromEntries(all.map((place) => [place, {}]));
    expect(edgesIn(bench)).toEqual(expected(live, nothing, places));
    expect([...bench.ledger.values()].filter(({ kind }) => kind !== 'user' && kind !== 'group')).toEqual([]);
  } finally {
    await bench.close();
  }
}

/** Under faults a run may fail; runs until it does not end where one without faults does, and nobody is there twice. */
export async function setsSurviveFaults(seed: number): Promise<void> {
  const { bench, random, live } = await openCase(seed, { provider: { visibilitySeconds: 0.4 } });
  try {
    const places = [...CONTAINERS, ...ROLES];
    if (seed % 4 < 2) await bench.converge(declarationsOf(drawAccess(random, OURS, 0.5), places));
    const wanted = drawAccess(random, OURS, 0.5);
    const declarations = declarationsOf(wanted, places);
    const goal = new Set(expected(live, wanted, places));
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
      // Whoever shall have it and had it has it still, whatever failed, unless the run says that it was lost.
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

/** What went wrong in one run; a plan that could not read the tenant has written nothing. */
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
