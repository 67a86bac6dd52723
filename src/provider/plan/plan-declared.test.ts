import { afterEach, describe, expect, test } from '@jest/globals';
import { findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { declared, group, idOf, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench(options);
};

/** Attribute, what code says, what an administrator makes of it. */
const userCases: readonly [string, unknown, Parameters<Workbench['sim']['admin']['editUser']>[1]][] = [
  ['displayName', 'Jane', { displayName: 'Other' }],
  ['givenName', 'Jane', { name: { givenName: 'Other', familyName: 'Doe' } }],
  ['familyName', 'Doe', { name: { givenName: 'Jane', familyName: 'Other' } }],
  ['emails', [{ value: 'jane@example.com' }], { emails: [{ value: 'other@example.com' }] }],
  ['phoneNumbers', [{ value: '+1', type: 'work' }], { phoneNumbers: [{ value: '+1', type: 'home' }] }],
  ['externalId', 'ext', { externalId: 'other' }],
  ['title', 'Engineer', { title: 'Other' }],
  ['department', 'Platform', { department: 'Other' }],
];
const surfacesOfUsers = ['platform-rest', 'platform-scim', 'scim-cloud'];

describe.each(surfacesOfUsers)('an attribute of a user on %s', (surface) => {
  const routed = { provider: { externalIdFrom: 'userName', routing: [{ kind: 'user', surface }] } };

  test.each(userCases)(
    '%s: a change outside of code is undone when it is declared, and left when it is not',
    async (name, value, changed) => {
      await open(routed);
      const managed = [user('jane', { [name]: value })];
      expect((await bench.converge(managed)).failures).toEqual([]);
      const wanted = userOf(bench.sim.state(), 'jane');
      bench.sim.admin.editUser('jane@example.com', changed);
      expect(stepsOf(await bench.plan([user('jane')]))).toEqual([]);
      const drifted = await bench.plan(managed);
      expect(stepsOf(drifted)).toEqual(['update user jane@example.com']);
      expect(drifted.resource_changes[0]?.delinea.changed).toEqual([name]);
      expect((await bench.apply(drifted)).failures).toEqual([]);
      expect(bench.sim.state().users).toHaveLength(1);
      expect(userOf(bench.sim.state(), 'jane')).toMatchObject(
        name === 'givenName' || name === 'familyName' ? { name: { [name]: value } } : wanted,
      );
      expect(stepsOf(await bench.plan(managed))).toEqual([]);
    },
  );

  test('is cleared by an empty string or list, and by nothing else', async () => {
    await open(routed);
    const full = {
      displayName: 'Jane',
      title: 'Engineer',
      department: 'Platform',
      emails: [{ value: 'jane@example.com' }],
      familyName: 'Doe',
    };
    await bench.converge([user('jane', full)]);
    const cleared = [user('jane', { displayName: '', title: '', department: '', emails: [], familyName: '' })];
    expect((await bench.converge(cleared)).failures).toEqual([]);
    const { displayName, title, department, name } = userOf(bench.sim.state(), 'jane');
    expect([displayName, title, department, name?.familyName]).toEqual([undefined, undefined, undefined, undefined]);
    expect(userOf(bench.sim.state(), 'jane').emails ?? []).toEqual([]);
    expect(stepsOf(await bench.plan(cleared))).toEqual([]);
  });

  test('manager: changed, cleared and unmanaged', async () => {
    await open({
      ...routed,
      data: {
        users: [{ userName: 'x@example.com' }, { userName: 'boss@example.com' }, { userName: 'chief@example.com' }],
      },
    });
    const [boss, chief] = [user('boss'), user('chief')] as const;
    const led = (by: unknown) => [boss, chief, user('jane', { manager: by })];
    await bench.converge(led(idOf(boss)));
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ manager: 'boss@example.com' });
    expect(stepsOf(await bench.plan(led(idOf(boss))))).toEqual([]);
    await bench.converge(led(idOf(chief)));
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({ manager: 'chief@example.com' });
    expect(stepsOf(await bench.plan([boss, chief, user('jane')]))).toEqual([]);
    await bench.converge(led(''));
    expect(userOf(bench.sim.state(), 'jane').manager).toBeUndefined();
    expect(stepsOf(await bench.plan(led('')))).toEqual([]);
  });

  test('external_id is repeated, so that a change does not create a second user', async () => {
    await open(routed);
    await bench.converge([user('jane', { externalId: 'ext', title: 'Engineer' })]);
    expect((await bench.converge([user('jane', { title: 'Cook' })])).failures).toEqual([]);
    expect(bench.sim.state().users).toEqual([expect.objectContaining({ externalId: 'ext', title: 'Cook' })]);
  });
});

describe('e-mails', () => {
  const two = {
    emails: [
      { value: 'a@example.com', type: 'work', primary: true },
      { value: 'b@example.com', type: 'home' },
    ],
  };
  const seeded = { data: { users: [{ userName: 'jane@example.com', ...two }] } };

  test('do not differ in another order or case, or by fields that the service adds', async () => {
    await open(seeded);
    expect(
      stepsOf(
        await bench.plan([
          user('jane', { emails: [{ value: 'B@example.com' }, { value: 'a@example.com', primary: true }] }),
        ]),
      ),
    ).toEqual(['adopt user jane@example.com']);
  });

  test.each(['platform-rest', 'platform-scim'])(
    'with another primary: one update on %s, and the types stay',
    async (surface) => {
      await open({ ...seeded, provider: { routing: [{ kind: 'user', surface }] } });
      const moved = [
        user('jane', {
          emails: [
            { value: 'a@example.com', primary: false },
            { value: 'b@example.com', primary: true },
          ],
          adopt: 'always',
        }),
      ];
      expect((await bench.converge(moved)).failures).toEqual([]);
      expect(userOf(bench.sim.state(), 'jane').emails).toEqual([
        { value: 'a@example.com', type: 'work', primary: false },
        { value: 'b@example.com', type: 'home', primary: true },
      ]);
      expect(stepsOf(await bench.plan(moved))).toEqual([]);
    },
  );

  test.each(['platform-rest', 'platform-scim', 'scim-cloud'])(
    'with one declared primary on %s: a second one set outside of code is a change',
    async (surface) => {
      await open({ ...seeded, provider: { externalIdFrom: 'userName', routing: [{ kind: 'user', surface }] } });
      const emails = [{ value: 'a@example.com' }, { value: 'b@example.com', primary: true }];
      const moved = [user('jane', { emails, adopt: 'always' })];
      const after = [
        { value: 'a@example.com', type: 'work', primary: false },
        { value: 'b@example.com', type: 'home', primary: true },
      ];
      expect((await bench.converge(moved)).failures).toEqual([]);
      expect(userOf(bench.sim.state(), 'jane').emails).toEqual(after);
      expect(stepsOf(await bench.plan(moved))).toEqual([]);
      bench.sim.admin.editUser('jane@example.com', { emails: after.map((one) => ({ ...one, primary: true })) });
      expect(stepsOf((await bench.converge(moved)).plan)).toEqual(['update user jane@example.com']);
      expect(userOf(bench.sim.state(), 'jane').emails).toEqual(after);
      expect(stepsOf(await bench.plan(moved))).toEqual([]);
    },
  );
});

describe('members', () => {
  const [jane, tom] = [user('jane'), user('tom')] as const;
  const sre = group('sre', membersOf(jane, tom));

  test('unset are not managed', async () => {
    await open();
    await bench.converge([jane, tom, sre]);
    bench.sim.admin.removeMember('sre', 'tom@example.com');
    expect(stepsOf(await bench.plan([jane, tom, group('sre')]))).toEqual([]);
    expect(stepsOf(await bench.plan([jane, tom, sre]))).toEqual(['update group sre']);
  });

  test('[] on a group with members is an error of that group alone', async () => {
    await open();
    await bench.converge([jane, tom, sre]);
    const result = await bench.converge([jane, tom, group('sre', { members: [] }), group('ops')]);
    expect(findingsOf(result.plan)).toEqual(['error guarded delinea_group.sre.members']);
    expect(groupOf(bench.sim.state(), 'sre').members).toHaveLength(2);
    expect(groupOf(bench.sim.state(), 'ops').members).toEqual([]);
  });

  test('[] with allowEmpty empties it; [] on an empty one changes nothing', async () => {
    await open();
    await bench.converge([jane, tom, sre]);
    await bench.converge([jane, tom, group('sre', { members: [], allowEmpty: true })]);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual([]);
    const plan = await bench.plan([jane, tom, group('sre', { members: [] })]);
    expect([stepsOf(plan), findingsOf(plan)]).toEqual([['configure group sre'], []]);
  });

  test.each(['platform-rest', 'platform-scim', 'scim-cloud'])(
    '200 added and 50 removed on %s are one write',
    async (surface) => {
      await open({ seedUsers: 300, provider: { routing: [{ kind: 'group', surface }] } });
      const name = (index: number) => `user${String(index).padStart(5, '0')}`;
      const people = Array.from({ length: 250 }, (_, index) => user(name(index + 1)));
      await bench.converge([...people, group('all', membersOf(...people.slice(0, 50)))]);
      bench.sim.resetRequests();
      expect((await bench.converge([...people, group('all', membersOf(...people.slice(50)))])).failures).toEqual([]);
      expect(bench.sim.requests.writes).toBe(1);
      expect(groupOf(bench.sim.state(), 'all').members).toEqual(people.slice(50).map(({ values }) => values.userName));
    },
  );
});

describe('lifecycle.ignore_changes', () => {
  test('leaves the named attributes, or all of them', async () => {
    await open();
    await bench.converge([user('jane', { title: 'Engineer', department: 'Platform' })]);
    bench.sim.admin.editUser('jane@example.com', { title: 'Cook', department: 'Kitchen' });
    const declare = (ignoreChanges: readonly string[] | 'all') => [
      declared(
        'user',
        'jane',
        { userName: 'jane@example.com', title: 'Engineer', department: 'Platform' },
        { ignoreChanges },
      ),
    ];
    expect((await bench.plan(declare(['title']))).resource_changes[0]?.delinea.changed).toEqual(['department']);
    expect(stepsOf(await bench.plan(declare('all')))).toEqual(['configure user jane@example.com']);
  });
});
