import { expect } from '@jest/globals';
import type { Declaration } from '../../../src/provider/index.js';
import { factsOf } from '../assert/facts.js';
import { type Random, randomFrom } from '../generate/random.js';
import { grant, user } from '../tenant/declare.js';
import { allGrants } from '../tenant/declare-sets.js';
import { openWorkbench } from '../tenant/workbench.js';

const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
const CONTAINERS = ['c0', 'c1', 'c2', 'c3'] as const;
const NAMES = ['u0', 'u1', 'u2', 'u3'] as const;
const BOSS = 'boss';

type Right = (typeof RIGHTS)[number];
type Holders = Readonly<Record<string, Right>>;

/** How code declares the permissions on one container. */
interface Scope {
  readonly isSet: boolean;
  readonly adopts: boolean;
  readonly declared: Holders;
}

function drawHolders(random: Random): Holders {
  return Object.fromEntries(random.some(NAMES, 0.5).map((name) => [name, random.pick(RIGHTS)]));
}

/** Returns whether a right includes another one for certain. Nothing documents an order of Edit and Add Secret. */
function includes(right: Right | undefined, other: Right): boolean {
  return right === other || (right !== undefined && other === 'View') || right === 'Owner';
}

/** Returns the holders after an apply of a new declaration, from the rules of adoption alone. */
function adopted(live: Holders, { isSet, adopts, declared }: Scope): Holders {
  const keeps = ([name, right]: readonly [string, Right]) => includes(declared[name], right);
  if (isSet) return adopts || Object.entries(live).every(keeps) ? declared : live;
  const changed = Object.entries(declared).filter(([name, right]) => {
    const had = live[name];
    return had === undefined || adopts || includes(right, had);
  });
  return { ...live, ...Object.fromEntries(changed) };
}

function declarationsOf(scopes: Readonly<Record<string, Scope>>): Declaration[] {
  const edges = Object.entries(scopes).flatMap(([container, { isSet, adopts, declared }]) => {
    const adopt = { adopt: adopts ? 'always' : 'whenEqual' };
    const holders = Object.entries(declared);
    if (!isSet)
      return holders.map(([name, right]) => grant(`${container}_${name}`, container, user(name), right, adopt));
    const grants = [[BOSS, 'Owner'] as const, ...holders].map(([name, right]) => [user(name), right] as const);
    return [allGrants(container, container, grants, adopt)];
  });
  return [...[BOSS, ...NAMES].map((name) => user(name)), ...edges];
}

/** Expects a random tenant to be adopted as the rules say, once its code is applied, and what is managed to follow the code. */
export async function checkRandomAdoption(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const live = Object.fromEntries(CONTAINERS.map((container) => [container, drawHolders(random)]));
  const drawScope = (): Scope => ({
    isSet: random.chance(0.5),
    adopts: random.chance(0.4),
    declared: drawHolders(random),
  });
  const scopes = Object.fromEntries(CONTAINERS.map((container) => [container, drawScope()]));
  const held = (holders: Holders) => [[BOSS, 'Owner'] as const, ...(Object.entries(holders) as [string, Right][])];
  const bench = await openWorkbench({
    data: {
      users: [BOSS, ...NAMES].map((name) => ({ userName: `${name}@example.com` })),
      containers: [...CONTAINERS],
      containerPermissions: CONTAINERS.flatMap((container) =>
        held(live[container]!).map(([name, right]) => ({ container, user: `${name}@example.com`, right })),
      ),
    },
  });
  const expectHolders = (expected: (container: string) => Holders) => {
    const facts = CONTAINERS.flatMap((container) =>
      held(expected(container)).map(([name, right]) => `${name}@example.com has ${right} on ${container}`),
    );
    expect(factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '))).toEqual(facts.sort());
  };
  try {
    await bench.converge(declarationsOf(scopes));
    const after = Object.fromEntries(CONTAINERS.map((name) => [name, adopted(live[name]!, scopes[name]!)]));
    expectHolders((container) => after[container]!);
    // What was applied is managed: code may lower it without adopting it.
    const managed = CONTAINERS.filter((name) => scopes[name]!.isSet && after[name] === scopes[name]!.declared);
    const next = Object.fromEntries(
      managed.map((name) => [name, { isSet: true, adopts: false, declared: drawHolders(random) }]),
    );
    await bench.converge(declarationsOf({ ...scopes, ...next }));
    expectHolders((container) => next[container]?.declared ?? after[container]!);
  } finally {
    await bench.close();
  }
}
