import { describe, expect, test } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { expectedRefusals, withUnlisted } from '../support/assert/expected-refusals.js';
import { ADMIN_ROLES, OWN, type Stack, tenantOf } from '../support/generate/guarded-stack.js';
import {
  commitsBetween,
  type DatedStack,
  ORGANISATIONS,
  ownedByGroups,
  readMonths,
} from '../support/generate/months.js';
import { refusalsOfStep } from '../support/property/guards.js';

/** Every this many commits, the guards themselves plan one; the second implementation of their rules decides about all. */
const SAMPLED = 24;

/** Returns a tenant that has what a stack declares, with the account of the run as it was set up. */
function tenantIn(stack: Stack, containers: Iterable<string>, isOwnerEverywhere: boolean): SimulatorData {
  const { users, groups, containerPermissions, roleBindings } = tenantOf(stack);
  const names = [...new Set(containers)];
  const own = isOwnerEverywhere ? names.map((container) => ({ container, user: OWN, right: 'Owner' })) : [];
  return {
    users: [...users, { userName: OWN, active: true }],
    groups,
    containers: names,
    containerPermissions: [...containerPermissions, ...own],
    roles: ADMIN_ROLES,
    roleBindings,
  };
}

const setups: [string, (stack: DatedStack) => DatedStack, boolean][] = [
  ['the account of the run owns every folder', (stack) => stack, true],
  ['groups own the folders', ownedByGroups, false],
];

describe.each(ORGANISATIONS)('months of %s', (name) => {
  test.each(setups)(
    'are rarely refused where %s',
    async (_, setUp, isOwner) => {
      const months = readMonths(name).map(setUp);
      const refused: string[] = [];
      const refusedCommits: string[] = [];
      let commits = 0;
      for (const [index, after] of months.slice(1).entries()) {
        const before = months[index]!;
        const tenant = (stack: Stack) => tenantIn(stack, [...before.containers, ...after.containers], isOwner);
        const expected = expectedRefusals(tenant(before), before, after, OWN);
        const actual = await refusalsOfStep(tenant(before), before, after);
        expect([after.taken, withUnlisted(actual, expected)]).toEqual([after.taken, expected]);
        if (expected.length > 0) refused.push(`${after.taken}: ${expected.join('; ')}`);

        // Single commits are planned in one setup: they take most of the time.
        const steps = isOwner ? commitsBetween(before, after) : [];
        for (const [at, next] of steps.slice(1).entries()) {
          const last = steps[at]!;
          const reasons = expectedRefusals(tenant(last), last, next, OWN);
          if (reasons.length > 0) refusedCommits.push(`${after.taken}: ${reasons.join('; ')}`);
          if (reasons.length > 0 || ++commits % SAMPLED === 0) {
            expect([at, await refusalsOfStep(tenant(last), last, next)]).toEqual([at, reasons]);
          }
        }
      }
      process.stdout.write(
        [
          `${name}: ${refused.length} of ${months.length - 1} months, ${refusedCommits.length} of ${commits} commits refused`,
        ]
          .concat(
            refused,
            refusedCommits.map((line) => `commit ${line}`),
          )
          .join('\n  ')
          .concat('\n'),
      );
      expect(refused.length).toBeLessThanOrEqual((months.length - 1) / 6);
      expect(refusedCommits.length).toBeLessThanOrEqual(commits / 20);
    },
    900_000,
  );
});

describe('incidents', () => {
  const july = readMonths('kubernetes')[0]!;
  const rust = { ...readMonths('rust').at(-1)!, retired: new Set<string>() };
  const nothing: Stack = {
    users: new Map(),
    groups: new Map(),
    rights: new Map(),
    roles: new Map(),
    retired: new Set(),
  };

  /** Returns eight large groups without 83 of their members. @param areDifferent whether these are 83 people, or fewer */
  function withoutMembers(stack: Stack, areDifferent: boolean): Stack {
    const large = [...stack.groups].sort(([, one], [, other]) => other.length - one.length).slice(0, 8);
    const out = new Set<string>();
    const smaller = large.map(([name, members], index) => {
      const leave = members.filter((member) => !areDifferent || !out.has(member)).slice(0, index < 3 ? 11 : 10);
      for (const member of leave) out.add(member);
      return [name, members.filter((member) => !leave.includes(member))] as const;
    });
    return { ...stack, groups: new Map([...stack.groups, ...smaller]) };
  }

  function withoutPeople(stack: Stack): Stack {
    const out = new Set([...stack.users.keys()].filter((_, index) => index % 3 === 0));
    const stays = ([, { holder }]: readonly [string, { readonly holder: string }]) => !out.has(holder);
    return {
      users: new Map([...stack.users].filter(([name]) => !out.has(name))),
      groups: new Map([...stack.groups].map(([name, list]) => [name, list.filter((member) => !out.has(member))])),
      rights: new Map([...stack.rights].filter(stays)),
      roles: new Map([...stack.roles].filter(stays)),
      retired: new Set(),
    };
  }

  function withLoweredRights(stack: Stack): Stack {
    const edited = [...stack.rights].filter(([, { right }]) => right === 'Edit').slice(0, 176);
    return {
      ...stack,
      rights: new Map([...stack.rights, ...edited.map(([key, edge]) => [key, { ...edge, right: 'View' }] as const)]),
    };
  }

  test.each<[string, DatedStack, Stack, string]>([
    ['an empty source', july, nothing, '1248 of 1248 users'],
    ['83 people who leave eight groups', july, withoutMembers(july, true), '83 of 1677 memberships'],
    ['52 people who leave eight groups 83 times', july, withoutMembers(july, false), '83 of 1677 memberships'],
    ['a third of all people who leave', july, withoutPeople(july), '416 of 1248 users'],
    ['176 permissions that become View', rust, withLoweredRights(rust), '176 of 406 container permissions'],
  ])('are refused at once: %s', async (_, before, after, reason) => {
    const tenant = tenantIn(before, before.containers, true);
    const refused = await refusalsOfStep(tenant, before, after);
    const expected = expectedRefusals(tenant, before, after, OWN);
    expect(expected).toContain(reason);
    expect(withUnlisted(refused, expected)).toEqual(expected);
  });
});
