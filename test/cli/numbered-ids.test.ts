import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

let project: Project;

/** On each surface, users, groups and containers have the same numbers: ann, ops and prod come first. */
beforeEach(async () => {
  project = await openProject({
    numbered: true,
    provider: { protected_principals: ['ann@example.com'] },
    data: {
      users: ['ann', 'ben', 'cid'].map((name) => ({ userName: `${name}@example.com` })),
      groups: [{ displayName: 'ops' }, { displayName: 'dev' }],
      containers: ['prod', 'stage'],
      roles: ['Auditor'],
    },
  });
});
afterEach(() => project.close());

const run = async (code: number, ...args: string[]) => {
  const attempt = await project.run(...args);
  expect({ code: attempt.code, err: attempt.err, out: attempt.out }).toMatchObject({ code });
  return attempt;
};

const people = Object.fromEntries(['ann', 'ben', 'cid'].map((name) => [name, { user_name: `${name}@example.com` }]));
const principal = (kind: string, name: string) => ({
  principal_type: kind,
  principal_id: `\${delinea_${kind}.${name}.id}`,
});
const grant = (container: string, kind: string, name: string, right: string) => ({
  ...principal(kind, name),
  container,
  right,
});
const team = (...members: string[]) => ({ display_name: 'dev', adopt: 'always', members });
const [ann, ben, ops] = ['${delinea_user.ann.id}', '${delinea_user.ben.id}', '${delinea_group.ops.id}'];

const declare = (members: string[], permissions: object) =>
  project.declare({
    delinea_user: people,
    delinea_group: { ops: { display_name: 'ops', adopt: 'always' }, dev: team(...members) },
    delinea_container_permission: permissions as Record<string, Record<string, unknown>>,
    delinea_role_binding: { r: { role: 'Auditor', ...principal('group', 'ops') } },
  });

test('numbered ids: a saved plan, the log, drift, a refusal and off-boarding have the name of each object', async () => {
  const permissions = {
    a: grant('prod', 'user', 'ann', 'View'),
    b: grant('prod', 'group', 'ops', 'Edit'),
    c: grant('stage', 'user', 'ben', 'View'),
  };
  declare([ann!, ben!, ops!], permissions);
  await run(0, 'apply', '--auto-approve', '--init-ledger');
  expect(JSON.parse(project.read(LEDGER)!)).toBeDefined();
  for (const label of ['View of ann@example.com on prod', 'Edit of ops on prod', 'Auditor of ops'])
    expect(project.read('apply.jsonl')).toContain(label);
  await run(0, 'drift');

  // The group and the user with the number of nobody who is protected may leave, and only they do.
  declare([ann!], { a: permissions.a });
  const { out } = await run(2, 'plan', '--out', 'plan.json');
  for (const line of ['Edit of ops on prod', 'View of ben@example.com on stage']) expect(out).toContain(line);
  expect(out).toMatch(/- "ben@example.com"/);
  expect(out).toMatch(/- "ops"/);
  expect(out).not.toContain('refuse');
  await run(0, 'apply', 'plan.json', '--auto-approve');
  await run(0, 'drift');
  const { groups, containerPermissions } = project.sim.state();
  expect(groups.find(({ displayName }) => displayName === 'dev')?.members).toEqual(['ann@example.com']);
  expect(containerPermissions).toMatchObject([{ container: 'prod', user: 'ann@example.com' }]);

  project.sim.admin.addMember('dev', 'group:ops');
  project.sim.admin.grant('prod', { group: 'ops' }, 'View');
  const drift = await run(2, 'drift');
  expect(drift.out).toContain('ops in dev: added outside of code');
  expect(drift.out).toContain('View of ops on prod: not in code');

  declare([ops!], {});
  const refused = await run(3, 'apply', '--auto-approve');
  expect(refused.err).toContain('ann@example.com would leave dev');
  expect(refused.err).toContain('ann@example.com would lose View of ann@example.com on prod');
  expect(refused.err).not.toContain('(through');
  expect(refused.writes).toBe(0);

  const left = await run(0, 'offboard', 'ben@example.com', '--revoke', '--auto-approve');
  expect(left.out).not.toMatch(/ops|prod/);
  expect(project.sim.state().containerPermissions).toHaveLength(2);
});
