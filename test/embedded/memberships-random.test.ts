import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { randomFaults } from '../../src/simulator/index.js';
import { failuresOf, groupOf, stepsOf } from '../support/assert/facts.js';
import { randomFrom } from '../support/generate/random.js';
import { group, looked, member, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const SURFACES = [
  'platform-rest',
  'platform-scim',
  'platform-identity',
  'scim-cloud',
  'secret-server',
  'scim-connector',
];
const PEOPLE = Array.from({ length: 6 }, (_, index) => user(`p${index}`));
const GROUPS = ['a', 'b', 'c'];
const others = (name: string) => [`${name}-1@example.com`, `${name}-2@example.com`];
const data = {
  users: GROUPS.flatMap(others).map((userName) => ({ userName })),
  groups: GROUPS.map((displayName) => ({ displayName, members: others(displayName) })),
};

let bench: Workbench;
afterEach(() => bench?.close());

/** The members that code declares, by group, one by one or, for a group of this stack, as a list. */
type Model = Readonly<Record<string, { readonly members: readonly Declaration[]; readonly isListed: boolean }>>;

function draw(seed: number): Model {
  const random = randomFrom(seed);
  const owned = { team: { members: random.some(PEOPLE, 0.5), isListed: random.chance(0.4) } };
  return {
    ...owned,
    ...Object.fromEntries(GROUPS.map((name) => [name, { members: random.some(PEOPLE, 0.5), isListed: false }])),
  };
}

function declarationsOf(model: Model): Declaration[] {
  return [
    ...PEOPLE,
    ...Object.entries(model).flatMap(([name, { members, isListed }]) => {
      const list = isListed ? { ...membersOf(...members), allowEmpty: true } : {};
      const of = GROUPS.includes(name) ? looked('group', name, { displayName: name }) : group(name, list);
      const edges = members.map((who) => member(`${who.address.slice(-2)}_in_${name}`, of, who));
      return [of, ...(isListed ? [] : edges)];
    }),
  ];
}

/** @param before the earlier model: members of a list that code no longer declares stay, as those of somebody else */
function expected(model: Model, before?: Model): Record<string, string[]> {
  const names = Object.keys(model).map((name) => {
    const { members, isListed } = model[name]!;
    const left = !isListed && before?.[name]?.isListed ? before[name].members : [];
    const declared = [...members, ...left].map(({ values }) => String(values.userName));
    return [name, [...new Set([...declared, ...(GROUPS.includes(name) ? others(name) : [])])].sort()] as const;
  });
  return Object.fromEntries(names);
}

const actual = (model: Model) =>
  Object.fromEntries(
    Object.keys(model).map((name) => [name, [...(groupOf(bench.sim.state(), name).members ?? [])].sort()]),
  );

describe('random memberships', () => {
  test.each(Array.from({ length: 18 }, (_, index) => index))(
    'become those that code declares, and no other is lost, also under faults: seed %i',
    async (seed) => {
      const surface = SURFACES[seed % SURFACES.length]!;
      const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
      bench = await openWorkbench({ data, provider: { routing, externalIdFrom: 'userName', visibilitySeconds: 0.4 } });
      const [before, after] = [draw(seed), draw(seed + 1000)];
      expect(failuresOf(await bench.converge(declarationsOf(before)))).toEqual([]);
      expect(actual(before)).toEqual(expected(before));

      bench.sim.faults.set({ faults: randomFaults(seed, { maxFaults: 4, within: 60 }) });
      for (let run = 1; run <= 2; run++) await bench.converge(declarationsOf(after)).catch(() => undefined);
      for (const name of GROUPS)
        expect(groupOf(bench.sim.state(), name).members).toEqual(expect.arrayContaining(others(name)));
      bench.sim.faults.clear();
      expect(failuresOf(await bench.converge(declarationsOf(after)))).toEqual([]);
      expect(actual(after)).toEqual(expected(after, before));
      expect(stepsOf(await bench.plan(declarationsOf(after)))).toEqual([]);
    },
  );
});
