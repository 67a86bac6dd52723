import { expect } from '@jest/globals';
import { accessAfter, type Declaration, stepsOf } from '../../../src/provider/index.js';
import { accessLines, liveAccess } from '../assert/effective-access.js';
import { failuresOf } from '../assert/facts.js';
import { type Random, randomFrom } from '../generate/random.js';
import { declared, group, idOf, user } from '../tenant/declare.js';
import { openWorkbench } from '../tenant/workbench.js';

const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
const CONTAINERS = ['prod', 'stage'] as const;

/** Draws declarations of every kind: statuses, nested groups, new names, removals, single edges and sets. */
function draw(random: Random, round: number): Declaration[] {
  const removal = () => (random.chance(0.5) ? {} : { onRemoval: random.pick(['retain', 'delete']) });
  const retained = () => (random.chance(0.7) ? {} : { onRemoval: 'retain' });
  const users = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => {
    if (random.chance(0.2)) return [];
    const status = random.chance(0.5) ? {} : { active: random.chance(0.5) };
    return [user(name, { ...status, reactivate: `round ${round}`, ...removal() })];
  });
  const groups: Declaration[] = [];
  for (const name of ['g', 'h', 'i']) {
    if (random.chance(0.2)) continue;
    const members = [...random.some(users, 0.4), ...random.some(groups, 0.5)].map(idOf);
    const names = random.chance(0.3)
      ? { displayName: `${name}-${round}`, previousNames: [name, `${name}-1`] }
      : { previousNames: [`${name}-1`, `${name}-2`] };
    groups.push(group(name, { members, allowEmpty: true, ...names, ...removal() }));
  }
  const holders = [...users, ...groups];
  const ends = (holder: Declaration) => ({ principalType: holder.kind, principalId: idOf(holder) });
  const named = (holder: Declaration) => holder.address.replace(/\W/g, '_');
  const permissions = CONTAINERS.flatMap((container) => {
    const chosen = random.some(holders, 0.4).map((holder) => ({ holder, right: random.pick(RIGHTS) }));
    if (random.chance(0.4)) {
      const grants = chosen.map(({ holder, right }) => ({ ...ends(holder), right }));
      return [
        declared('container-permissions', container, {
          container,
          grants,
          adopt: 'always',
          allowEmpty: true,
          ...retained(),
        }),
      ];
    }
    return chosen.map(({ holder, right }) =>
      declared('container-permission', `${container}_${named(holder)}`, {
        container,
        right,
        adopt: 'always',
        ...ends(holder),
        ...retained(),
      }),
    );
  });
  const roles = random
    .some(holders, 0.3)
    .map((holder) =>
      declared('role-binding', `r_${named(holder)}`, { role: 'auditor', ...ends(holder), ...retained() }),
    );
  return [...users, ...groups, ...permissions, ...roles];
}

/** Expects the access that is computed before an apply to equal that which is read after it, twice. @returns the steps */
export async function checkRandomAccess(seed: number): Promise<number> {
  const random = randomFrom(seed);
  const bench = await openWorkbench({
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
    numbered: seed % 4 < 2,
    data: {
      users: [{ userName: 'last@example.com' }, { userName: 'idle@example.com', active: false }],
      groups: [{ displayName: 'others', members: ['last@example.com', 'idle@example.com'] }],
      containers: [...CONTAINERS],
      containerPermissions: CONTAINERS.map((container) => ({ container, user: 'last@example.com', right: 'Owner' })),
      roleBindings: [{ role: 'Auditor', group: 'others' }],
      roles: ['Auditor'],
    },
  });
  let steps = 0;
  try {
    for (const round of [1, 2]) {
      const plan = await bench.plan(draw(random, round));
      const planned = accessLines(accessAfter(await liveAccess(bench), stepsOf(plan)));
      if (failuresOf(await bench.apply(plan)).length > 0) return steps;
      expect(planned).toEqual(accessLines(await liveAccess(bench)));
      steps += stepsOf(plan).length;
    }
  } finally {
    await bench.close();
  }
  return steps;
}
