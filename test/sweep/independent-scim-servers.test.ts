import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Declaration, Plan } from '../../src/provider/index.js';
import { failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { openScimBench, type ScimBench } from '../support/scim-servers/bench.js';
import { startBetterAuth } from '../support/scim-servers/better-auth.js';
import { startScimmy } from '../support/scim-servers/scimmy.js';
import { group, idOf, member, membersOf, user } from '../support/tenant/declare.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** Each server, and the writes that change one object on it. */
const SERVERS = {
  scimmy: { start: startScimmy, update: ['PATCH'] },
  'scimmy without PATCH': { start: () => startScimmy({ patch: false }), update: ['PATCH', 'PUT'] },
  'Better Auth': { start: startBetterAuth, update: ['PATCH'] },
};

let bench: ScimBench;
afterEach(() => bench.server.close());

const ann = user('ann', {
  displayName: 'Ann Lee',
  givenName: 'Ann',
  familyName: 'Lee',
  title: 'Engineer',
  emails: [{ value: 'ann@example.com', primary: true }],
  phoneNumbers: [{ value: '+1 555 0100', type: 'work' }],
  department: 'IT',
});
const ben = user('ben', { displayName: 'Ben', manager: idOf(ann) });
const cyd = user('cyd', { displayName: 'Cyd' });
const people = [ann, ben, cyd];
const sre = group('sre', membersOf(ann, ben));
const everything = [...people, sre];

const errorsOf = (plan: Plan) => findingsOf(plan).filter((finding) => finding.startsWith('error'));

/** Plans and applies, and expects success and that nothing is left to do. */
async function converge(declarations: readonly Declaration[], input = {}) {
  const result = await bench.converge(declarations, input);
  expect([errorsOf(result.plan), failuresOf(result)]).toEqual([[], []]);
  const again = await bench.plan(declarations);
  expect([stepsOf(again), findingsOf(again)]).toEqual([[], []]);
  return result;
}

/** Creates a user as another client does. */
const addUser = (userName: string, more: object = {}) =>
  bench.send('POST', '/Users', { schemas: [CORE], userName, externalId: userName, active: true, ...more });

/** Methods of the writes since the requests were emptied. */
const writes = () => bench.server.requests.map((line) => line.split(' ')[0]!).filter((method) => method !== 'GET');

const userNamed = (name: string) => bench.find('Users', `${name}@example.com`);
async function membersOfGroup(name: string): Promise<string[]> {
  const { members = [] } = (await bench.find('Groups', name)) as { members?: { value: string }[] };
  return members.map(({ value }) => value).sort();
}
const idsOf = async (...names: string[]) => (await Promise.all(names.map(userNamed))).map(({ id }) => id).sort();

describe.each(Object.entries(SERVERS))('%s', (_, { start, update }) => {
  beforeEach(async () => {
    bench = openScimBench(await start());
  });

  test('users with every attribute and a group with members are created', async () => {
    await converge(everything);
    expect(await userNamed('ann')).toMatchObject({
      active: true,
      displayName: 'Ann Lee',
      name: { givenName: 'Ann', familyName: 'Lee' },
      title: 'Engineer',
      externalId: 'ann@example.com',
      emails: [{ value: 'ann@example.com', primary: true }],
      phoneNumbers: [{ value: '+1 555 0100', type: 'work' }],
      [ENTERPRISE]: { department: 'IT' },
    });
    expect(await userNamed('ben')).toMatchObject({ [ENTERPRISE]: { manager: { value: (await userNamed('ann')).id } } });
    expect(await membersOfGroup('sre')).toEqual(await idsOf('ann', 'ben'));
  });

  test('attributes are changed, added and cleared', async () => {
    await converge(everything);
    const changed = user('ann', {
      ...ann.values,
      displayName: 'Ann L.',
      familyName: 'Li',
      title: '',
      emails: [{ value: 'ann.li@example.com', primary: true }, { value: 'ann@example.com' }],
      department: 'Security',
      manager: idOf(cyd),
    });
    await converge([changed, user('ben', { ...ben.values, manager: '' }), cyd, sre]);
    const seen = await userNamed('ann');
    expect(seen).toMatchObject({
      displayName: 'Ann L.',
      name: { givenName: 'Ann', familyName: 'Li' },
      externalId: 'ann@example.com',
      [ENTERPRISE]: { department: 'Security', manager: { value: (await userNamed('cyd')).id } },
    });
    expect(seen.title).toBeUndefined();
    expect((seen.emails as { value: string }[]).map(({ value }) => value).sort()).toEqual([
      'ann.li@example.com',
      'ann@example.com',
    ]);
  });

  test('a user and a group are renamed in place', async () => {
    await converge(everything);
    const before = [(await userNamed('ann')).id, (await bench.find('Groups', 'sre')).id];
    const renamed = user('ann', {
      ...ann.values,
      userName: 'ann.lee@example.com',
      previousNames: ['ann@example.com'],
    });
    const ops = { ...group('sre', { displayName: 'ops', previousNames: ['sre'], ...membersOf(ann, ben) }) };
    await converge([renamed, ben, cyd, ops]);
    expect([(await userNamed('ann.lee')).id, (await bench.find('Groups', 'ops')).id]).toEqual(before);
    expect(await membersOfGroup('ops')).toEqual(await idsOf('ann.lee', 'ben'));
  });

  test('members are added and removed, the last one included', async () => {
    await converge(everything);
    await converge([...people, group('sre', membersOf(ben, cyd))]);
    expect(await membersOfGroup('sre')).toEqual(await idsOf('ben', 'cyd'));
    await converge([...people, group('sre', { members: [], allowEmpty: true })]);
    expect(await membersOfGroup('sre')).toEqual([]);
    await converge(everything);
    expect(await membersOfGroup('sre')).toEqual(await idsOf('ann', 'ben'));
  });

  test('memberships are added to a group that shows no members, and removed, the last one included', async () => {
    const team = group('team');
    await converge([...people, team]);
    await converge([...people, team, member('a', team, ann), member('b', team, ben)]);
    expect(await membersOfGroup('team')).toEqual(await idsOf('ann', 'ben'));
    await converge([...people, team, member('b', team, ben)]);
    expect(await membersOfGroup('team')).toEqual(await idsOf('ben'));
    await converge([...people, team]);
    expect(await membersOfGroup('team')).toEqual([]);
    await converge([...people, team, member('c', team, cyd)]);
    await converge(people);
    expect(await membersOfGroup('team')).toEqual([]);
  });

  test('500 members are written and changed, by one request that is executed', async () => {
    const crowd = Array.from({ length: 501 }, (_, number) => user(`user${number}`));
    for (const { values } of crowd) await addUser(values.userName as string);
    await converge([...crowd, group('all', membersOf(...crowd.slice(0, 500)))]);
    bench.server.requests.length = 0;
    await converge([...crowd, group('all', membersOf(...crowd.slice(250)))]);
    expect(writes()).toEqual(update);
    expect(await membersOfGroup('all')).toHaveLength(251);
  });

  test('a user who leaves the code is disabled, and enabled again by consent', async () => {
    await converge(everything);
    const without = [ann, cyd, group('sre', membersOf(ann))];
    expect(stepsOf((await converge(without)).plan)).toEqual(['deactivate user ben@example.com', 'update group sre']);
    expect(await userNamed('ben')).toMatchObject({ active: false, externalId: 'ben@example.com' });
    await converge([ann, user('ben', { ...ben.values, reactivate: 'T-1' }), cyd, sre]);
    expect(await userNamed('ben')).toMatchObject({ active: true });
  });

  test('a group that leaves the code is emptied and stays', async () => {
    await converge(everything);
    await converge(people);
    expect(await membersOfGroup('sre')).toEqual([]);
  });

  test('users and groups are deleted by onRemoval = "delete"', async () => {
    const all = everything.map((one) => ({ ...one, values: { ...one.values, onRemoval: 'delete' } }));
    await converge(all);
    await converge([]);
    for (const kind of ['Users', 'Groups']) {
      expect(await bench.send('GET', `/${kind}`)).toMatchObject({ totalResults: 0 });
    }
  });

  test('equal existing objects are adopted without a write, and unequal ones by consent', async () => {
    await converge(everything);
    bench.ledger.entries.clear();
    bench.server.requests.length = 0;
    await converge(everything);
    expect(writes()).toEqual([]);
    bench.ledger.entries.clear();
    const mine = [
      user('ann', { ...ann.values, displayName: 'Ann of ours', adopt: 'always' }),
      ben,
      cyd,
      group('sre', { ...membersOf(ann, cyd), adopt: 'always' }),
    ];
    expect(failuresOf(await bench.converge(mine))).toEqual([]);
    expect(stepsOf(await bench.plan(mine))).toEqual([]);
    expect(await userNamed('ann')).toMatchObject({ displayName: 'Ann of ours' });
    expect(await membersOfGroup('sre')).toEqual(await idsOf('ann', 'cyd'));
  });

  test('changes behind our back are drift, and are put right', async () => {
    await converge(everything);
    const [annId, cydId] = [(await userNamed('ann')).id, (await userNamed('cyd')).id];
    const { id, ...shown } = await bench.find('Groups', 'sre');
    const intruded = [...(shown.members as object[]), { value: cydId }];
    await bench.send('PUT', `/Groups/${id}`, { ...shown, id, members: intruded });
    await bench.send('PUT', `/Users/${annId}`, { ...(await userNamed('ann')), title: 'Owner of all' });
    const drift = await bench.plan(everything);
    expect(stepsOf(drift)).toEqual(['update group sre', 'update user ann@example.com']);
    await converge(everything);
    expect(await membersOfGroup('sre')).toEqual(await idsOf('ann', 'ben'));
    expect(await userNamed('ann')).toMatchObject({ title: 'Engineer' });
  });

  test('a user who was disabled behind our back is reported', async () => {
    await converge(everything);
    const seen = await userNamed('cyd');
    await bench.send('PUT', `/Users/${seen.id}`, { ...seen, active: false });
    expect(findingsOf(await bench.plan(everything))).toEqual(['drift disabled_out_of_band delinea_user.cyd']);
  });

  test('a user whom another client created without a status is disabled, enabled by consent, and removed', async () => {
    await addUser('dan@example.com', { active: undefined });
    const dan = (values = {}) => user('dan', { adopt: 'always', ...values });
    await converge([dan({ active: false })]);
    expect(await userNamed('dan')).toMatchObject({ active: false });
    await converge([dan({ reactivate: 'T-1' })]);
    expect(await userNamed('dan')).toMatchObject({ active: true });
    await converge([]);
    expect(await userNamed('dan')).toMatchObject({ active: false });
  });
});

/** The outcome of a declaration that the server does not accept. */
const refused = async (declarations: readonly Declaration[]) => failuresOf(await bench.converge(declarations));

// What follows is how these servers differ: docs/guides/scim-servers.md has each. A test that fails here is news of them.

describe('scimmy', () => {
  beforeEach(async () => {
    bench = openScimBench(await startScimmy());
  });

  test('refuses a filter with a quoted quotation mark, which RFC 7644 §3.4.2.2 allows', async () => {
    const filter = encodeURIComponent('displayName eq "a \\"b\\""');
    await expect(bench.send('GET', `/Groups?filter=${filter}`)).rejects.toThrow('invalidFilter');
    await expect(bench.plan([group('a "b"')])).rejects.toMatchObject({ code: 'rejected' });
  });

  test('has no description of a group, as RFC 7643 has none', async () => {
    expect(await refused([group('sre', { description: 'd' })])).toEqual(['delinea_group.sre rejected']);
  });
});

describe('Better Auth', () => {
  const open = async (settings = {}) => {
    bench = openScimBench(await startBetterAuth(settings));
  };

  test('has no description of a group, as RFC 7643 has none', async () => {
    await open();
    expect(await refused([group('sre', { description: 'd' })])).toEqual(['delinea_group.sre rejected']);
  });

  test('refuses groups in groups', async () => {
    await open();
    await converge(everything);
    const outer = group('outer', membersOf(sre));
    expect(await refused([...everything, outer])).toEqual(['delinea_group.outer rejected']);
  });

  test('keeps an e-mail address and a display name of every user', async () => {
    await open();
    await converge([ann]);
    expect(await refused([user('ann', { ...ann.values, emails: [] })])).toEqual(['delinea_user.ann rejected']);
    const unnamed = user('ann', { ...ann.values, displayName: '' });
    expect(await refused([unnamed])).toEqual(['delinea_user.ann not_converged']);
  });

  test('finds at most 100 members of a new group, unless defaultFindManyLimit is higher', async () => {
    await open({ defaultFindManyLimit: 100 });
    const crowd = Array.from({ length: 101 }, (_, number) => user(`user${number}`));
    for (const { values } of crowd) await addUser(values.userName as string);
    expect(await refused([...crowd, group('all', membersOf(...crowd))])).toEqual(['delinea_group.all rejected']);
  });
});

describe('scimmy, which keeps a user without a status as it came', () => {
  const dan = user('dan');
  beforeEach(async () => {
    bench = openScimBench(await startScimmy());
    await addUser('dan@example.com', { active: undefined });
  });

  test('the user is an error that says what to declare, as long as nothing decides its status', async () => {
    expect(await userNamed('dan')).not.toHaveProperty('active');
    const { delinea } = await bench.plan([dan]);
    expect(delinea.findings).toMatchObject([
      {
        code: 'incomplete_response',
        address: 'delinea_user.dan',
        message: 'the Platform SCIM (static token) does not show whether dan@example.com is active',
        remedy: [{ kind: 'consent', account: 'dan@example.com' }],
      },
    ]);
  });

  test('the user is enabled by consent, which is used once', async () => {
    const consented = user('dan', { reactivate: 'T-1' });
    expect(stepsOf((await converge([consented])).plan)).toEqual(['reactivate user dan@example.com']);
    expect(await userNamed('dan')).toMatchObject({ active: true });
  });

  test('a managed user is disabled by its removal', async () => {
    await converge([user('dan', { reactivate: 'T-1' })]);
    const { active: _, ...silent } = await userNamed('dan');
    await bench.send('PUT', `/Users/${silent.id}`, silent);
    expect(await userNamed('dan')).not.toHaveProperty('active');
    expect(stepsOf((await converge([])).plan)).toEqual(['deactivate user dan@example.com']);
    expect(await userNamed('dan')).toMatchObject({ active: false });
  });
});
