import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countRemovals, type Declaration, guardInputOf } from '../../src/provider/index.js';
import { findingsOf, stepsOf } from '../support/assert/facts.js';
import { declarationsOf, type Organisation, readMonth } from '../support/generate/organisation.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const july = readMonth('2026-07');
const inJuly = declarationsOf(july);
const fold = (names: readonly string[]) => [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
const people = fold(july.users.map(({ userName }) => userName)).length;

/** Returns half of an organisation, as from a source whose second page is missing. */
function halfOf({ users, groups, containers, containerPermissions, roleBindings }: Organisation): Organisation {
  const first = <T>(items: readonly T[]) => items.slice(0, Math.ceil(items.length / 2));
  const half = first(users);
  const here = new Set(half.map(({ userName }) => userName.toLowerCase()));
  const has = (name: string) => here.has(name.toLowerCase());
  return {
    users: half,
    groups: groups.map((group) => ({ ...group, members: group.members.filter(has) })),
    containers,
    containerPermissions,
    roleBindings: roleBindings.filter(({ user }) => user === undefined || has(user)),
  };
}

const changed = (kind: string, values: Declaration['values']) =>
  inJuly.map((declaration) =>
    declaration.kind === kind ? { ...declaration, values: { ...declaration.values, ...values } } : declaration,
  );
const emptiable = (declarations: readonly Declaration[]) =>
  declarations.map((declaration) =>
    declaration.kind === 'group'
      ? { ...declaration, values: { ...declaration.values, allowEmpty: true } }
      : declaration,
  );

describe('guards on a real organisation', () => {
  let bench: Workbench;
  beforeAll(async () => {
    const { users, groups, containers, containerPermissions, roleBindings } = july;
    const data = {
      users: fold(users.map(({ userName }) => userName)).map((userName) => ({ userName })),
      groups: groups.map((group) => ({ ...group, members: [...group.members] })),
      containers: [...containers],
      containerPermissions: [...containerPermissions],
      roles: ['Platform Admin', ...new Set(roleBindings.map(({ role }) => role))],
      roleBindings: [...roleBindings],
    };
    bench = await openWorkbench({ data, provider: { adminRoles: ['Platform Admin'] } });
    // Everything exists as declared, so it is adopted without a write.
    expect((await bench.converge(inJuly)).written).toBe(false);
    bench.sim.resetRequests();
  });
  afterAll(() => bench.close());

  test.each<[string, readonly Declaration[], readonly string[]]>([
    [
      'is empty',
      [],
      [
        `${people} of ${people} users would be disabled or removed (limit 124): `,
        // One group has no members, so it is not emptied.
        `${july.groups.length - 1} of ${july.groups.length} groups would be disabled or removed (limit 28)`,
        `${july.containerPermissions.length} of ${july.containerPermissions.length} container permissions would be revoked or lowered (limit 15)`,
        'role Platform Admin would be left without an active holder',
      ],
    ],
    [
      'has only its first half',
      emptiable(declarationsOf(halfOf(july))),
      [`${people / 2} of ${people} users would be disabled or removed (limit 124): `],
    ],
    [
      'marks every user inactive',
      changed('user', { active: false }),
      [
        `${people} of ${people} users would be disabled or removed (limit 124)`,
        'role Platform Admin would be left without an active holder',
      ],
    ],
    [
      'has all groups without members',
      changed('group', { members: [], allowEmpty: true }),
      [
        '389 of 1248 people would lose access (limit 124): ',
        '1677 of 1677 memberships would end (limit 50)',
        '125 of 125 members of milestone-maintainers would leave (limit 62)',
        '38 of 38 members of release-team would leave (limit 19)',
      ],
    ],
  ])('refuse the plan when the source %s', async (_, declarations, expected) => {
    const plan = await bench.plan(declarations);
    const before = bench.sim.state();
    const refusal = (await bench.apply(plan, {}, {}).catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ code: 'refused_by_guard' });
    for (const text of expected) expect(refusal.message).toContain(text);
    expect(refusal.message.length).toBeLessThan(2000);
    expect([bench.sim.requests.writes, bench.sim.state()]).toEqual([0, before]);
    await expect(bench.apply(plan, {}, { removals: countRemovals(guardInputOf(plan).steps) - 1 })).rejects.toThrow(
      'refused before the first write',
    );
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('report an error for each group when the source has no members and allowEmpty is not set', async () => {
    const plan = await bench.plan(changed('group', { members: [] }));
    const filled = july.groups.filter(({ members }) => members.length > 0).length;
    expect(findingsOf(plan).filter((finding) => finding.startsWith('error guarded'))).toHaveLength(filled);
    expect(stepsOf(plan)).toEqual([]);
  });

  test('accept the plan when the source has the next month', async () => {
    const plan = await bench.plan(declarationsOf(readMonth('2026-08')));
    expect(findingsOf(plan).filter((finding) => finding.includes('refused_by_guard'))).toEqual([]);
  });
});
