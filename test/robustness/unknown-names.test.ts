import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../support/assert/refused.js';
import { openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--init-ledger', '--auto-approve'] as const;
const bob = { delinea_user: { bob: { user_name: 'bob@example.com' } } };
const BOB = { principal_type: 'user', principal_id: '${data.delinea_user.bob.id}' };

let project: Project;

beforeEach(async () => {
  project = await openProject({
    data: {
      users: [{ userName: 'bob@example.com' }],
      containers: [
        'Production',
        'Staging',
        'Root',
        { name: 'Twin', parent: 'Root' },
        { name: 'Twin', parent: 'Staging' },
      ],
      roles: ['Auditor'],
    },
  });
});

afterEach(() => project.close());

const grant = (container: string) => ({ container, right: 'Edit', ...BOB });

/** Expects plan and apply to report this message and write nothing. */
async function expectNamed(resource: Parameters<Project['declare']>[0], data: object, message: readonly string[]) {
  project.declare(resource, { data });
  const plan = await project.run('plan');
  expect(plan).toMatchObject({ code: 1, writes: 0, ledger: 'absent' });
  expect(plan.out + plan.err).toContain(`${message.join('\n')}\n`);
  const apply = await project.run(...APPLY);
  expect(apply).toMatchObject({ code: 1, writes: 0 });
  expect(apply.out + apply.err).toContain(`${message.join('\n')}\n`);
}

describe('unknown name', () => {
  test('of a role is an error with the nearest role', async () => {
    await expectNamed({ delinea_role_binding: { r: { role: 'Auditors', ...BOB } } }, bob, [
      'Error: there is no role "Auditors" on the Platform REST',
      '  at: delinea_role_binding.r.role',
      '  do: Did you mean "Auditor"?',
    ]);
  });

  test('of a container is an error with the nearest container', async () => {
    await expectNamed({ delinea_container_permission: { p: grant('Produktion') } }, bob, [
      'Error: there is no container "Produktion" on the SCIM Cloud Connector',
      '  at: delinea_container_permission.p.container',
      '  do: Did you mean "Production"?',
    ]);
  });

  test('of a container is an error with the number of visible containers when none is similar', async () => {
    await expectNamed({ delinea_container_permission: { p: grant('X') } }, bob, [
      'Error: there is no container "X" on the SCIM Cloud Connector',
      '  at: delinea_container_permission.p.container',
      '  do: This account sees 5 containers; those that it does not own are hidden. Check the name of the container.',
    ]);
  });

  test('of a container is an error with the paths when two containers have it', async () => {
    project.declare({ delinea_container_permission: { p: grant('Twin') } }, { data: bob });
    const { code, out, err, writes } = await project.run(...APPLY);
    expect([code, writes]).toEqual([1, 0]);
    expect(out + err).toMatch(/Error: "Twin" names 2 containers: \S+ \(.*Twin\), \S+ \(.*Twin\)\n/);
  });

  test('in a data source is an error with the nearest user', async () => {
    project.declare(
      { delinea_group: { g: { display_name: 'g', members: ['${data.delinea_user.b.id}'] } } },
      {
        data: { delinea_user: { b: { user_name: 'b0b@example.com' } } },
      },
    );
    expect(await project.run('plan')).toMatchObject(
      refused(1, [
        'Error: there is no user "b0b@example.com" in the tenant',
        '  at: data.delinea_user.b',
        '  do: Did you mean "bob@example.com"?',
      ]),
    );
  });
});

describe('userName with special characters of filters, URLs and forms', () => {
  const names = [
    `o'brien "the boss" smith@example.com`,
    'plus+tag@example.com',
    'zoë.müller+日本@exämple.com',
    'back\\slash and 100% & a/b?c#d;e=f@example.com',
    '") or userName sw "a@example.com',
  ];

  test('is created, found and deactivated unchanged', async () => {
    const users = Object.fromEntries(names.map((user_name, index) => [`u${index}`, { user_name }]));
    const state = () =>
      project.sim
        .state()
        .users.filter(({ userName }) => userName !== 'bob@example.com')
        .map(({ userName, active }) => `${userName} ${active}`)
        .sort();
    project.declare({
      delinea_user: users,
      delinea_group: { g: { display_name: 'g', members: names.map((_, index) => `\${delinea_user.u${index}.id}`) } },
    });
    expect(await project.run(...APPLY)).toMatchObject({ code: 0, writes: names.length + 1 });
    expect(state()).toEqual(names.map((name) => `${name} true`).sort());
    expect(project.sim.state().groups[0]?.members).toEqual(expect.arrayContaining(names));
    expect(await project.run('plan')).toMatchObject({ code: 0, writes: 0 });
    project.declare({ delinea_group: { g: { display_name: 'g', members: [], allow_empty: true } } });
    expect(await project.run('apply', '--auto-approve')).toMatchObject({ code: 0 });
    expect(state()).toEqual(names.map((name) => `${name} false`).sort());
    expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
  });
});
