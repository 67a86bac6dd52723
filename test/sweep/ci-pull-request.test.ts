import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { secretsIn } from '../support/assert/secrets.js';
import { AUTHOR, BOT, REVIEWER } from '../support/ci/github-server.js';
import { LEDGER, stackCode, TestRepository } from '../support/ci/repository.js';

jest.setTimeout(120_000);

const ACCESS = `assertions:
  - nobodyOutside: dba
    reaches: prod
    right: Owner
  - noNew: Edit
    on: stage
    withoutLabel: access-approved
`;
const MARKER = '<!-- delinea-iac review -->';
const user = (name: string) => ({ user_name: `${name}@example.com` });
const grant = (name: string, container: string, right: string) => ({
  container,
  principal_type: 'user',
  principal_id: `\${delinea_user.${name}.id}`,
  right,
});
const base = {
  delinea_user: { jane: user('jane'), omar: user('omar') },
  delinea_group: { ops: { display_name: 'ops', adopt: 'always' } },
};
const withGrants = (grants: Record<string, object>, more: object = {}) =>
  stackCode({ ...base, delinea_container_permission: grants as Record<string, Record<string, unknown>> }, more);

let repository: TestRepository;
beforeAll(async () => {
  repository = await TestRepository.open(
    {
      users: [{ userName: 'root@example.com' }],
      groups: ['dba', 'ops'].map((displayName) => ({ displayName, members: ['root@example.com'] })),
      containers: ['prod', 'stage', 'dev'],
      containerPermissions: ['prod', 'stage', 'dev'].map((container) => ({
        container,
        user: 'root@example.com',
        right: 'Owner' as const,
      })),
    },
    { ...stackCode(base), 'access.yaml': ACCESS },
  );
});
afterAll(() => repository.close());

const commentsOf = (pull: { number: number }) =>
  repository.server.comments.filter(({ issue }) => issue === pull.number);
const grants = () => repository.sim.state().containerPermissions.filter(({ user }) => user !== 'root@example.com');

test('pull request: one comment, updated by each push, and applied after the merge if the effects are the reviewed ones', async () => {
  const { server, sim } = repository;
  const pull = repository.openPull();
  // Anybody can write the marker.
  server.comments.push({ id: server.id(), issue: pull.number, user: AUTHOR, body: `${MARKER}\nAll is well.` });
  const first = await repository.push(pull, withGrants({ jane: grant('jane', 'dev', 'View') }));
  expect([first.synth.result, first.review.result, first.comment.result]).toEqual(['success', 'success', 'success']);
  expect(secretsIn(first.synth.log, sim)).toEqual([]);
  expect(first.synth.log).not.toMatch(/DELINEA_CLIENT|token-/);
  expect(commentsOf(pull).map(({ user: { login } }) => login)).toEqual(['mallory', BOT.login]);
  const [, comment] = commentsOf(pull);
  expect(comment!.body.startsWith(`${MARKER}\n\nCommit ${pull.head.sha}, [run](https://github.example/`)).toBe(true);
  expect(comment!.body).toContain(
    '<code>jane&#64;example&#46;com</code> gains <code>View</code> on container <code>dev</code>',
  );

  const files = withGrants({ jane: grant('jane', 'dev', 'Edit') });
  await repository.push(pull, files);
  expect(commentsOf(pull)).toHaveLength(2);
  expect(comment!.body).toContain('gains <code>Edit</code> on container <code>dev</code>');
  expect(comment!.body).toContain(pull.head.sha);
  expect(server.statuses.map(({ sha, state }) => [sha, state])).toContainEqual([pull.head.sha, 'success']);

  repository.approve(pull);
  const merged = await repository.merge(pull, files);
  expect(merged.plan!.log).toContain('The effects are those of the approved review.');
  expect(merged.apply).toMatchObject({ result: 'success', environment: 'delinea-apply' });
  expect(grants()).toMatchObject([{ container: 'dev', user: 'jane@example.com', right: 'Edit' }]);
  expect(merged.record!.result).toBe('success');
  expect(repository.pushed(LEDGER)).toContain('container-permission');
  const logs = [first, merged].flatMap((jobs) => Object.values(jobs).map(({ log }) => log));
  expect(secretsIn(logs.join('\n'), sim)).toEqual([]);
});

test('merge: waits for an approval if the tenant has changed since the review, and is applied after it', async () => {
  const { settings, sim } = repository;
  settings.waiting.add('delinea-approval');
  const ops = { ...grant('jane', 'stage', 'View'), principal_type: 'group', principal_id: '${delinea_group.ops.id}' };
  const granted = { jane: grant('jane', 'dev', 'Edit'), ops };
  const pull = repository.openPull();
  await repository.push(pull, withGrants(granted));
  repository.approve(pull);
  // The steps of the plan stay the same; more people gain access by them.
  sim.admin.addMember('ops', 'omar@example.com');
  const writes = sim.requests.writes;
  const merged = await repository.merge(pull, withGrants(granted));
  expect(merged.plan!.log).toContain('Waits for an approval: the effects are not those of the approved review');
  expect(merged.apply).toMatchObject({ result: 'waiting', environment: 'delinea-approval' });
  expect(merged.record!.result).toBe('skipped');
  expect(sim.requests.writes).toBe(writes);
  settings.waiting.clear();
  const approved = await repository.merge(pull, withGrants(granted));
  expect(approved.apply).toMatchObject({ result: 'success', environment: 'delinea-approval' });
  expect(grants()).toContainEqual(expect.objectContaining({ container: 'stage', group: 'ops', right: 'View' }));
});

test('pull request that weakens its own review: is checked with the rules of the base', async () => {
  const pull = repository.openPull();
  const granted = { jane: grant('jane', 'prod', 'Owner'), omar: grant('omar', 'stage', 'Edit') };
  const evil = {
    'access.yaml': 'assertions: []\n',
    '.delineaignore': '*\n',
    'policies/none.ts': 'export default [];\n',
    'package.json': '{"scripts":{"postinstall":"touch pwned"},"bin":{"delinea-ci":"main.mjs"}}',
    'cdktf.json': '{"app":"true","output":"."}',
    '.github/workflows/delinea-review.yml': 'on: push\n',
    [LEDGER]: '{}',
  };
  pull.labels.push({ name: 'access-approved' });
  repository.server.events.push({
    issue: pull.number,
    event: 'labeled',
    label: { name: 'access-approved' },
    actor: AUTHOR,
  });
  const { review, comment } = await repository.push(pull, { ...withGrants(granted), ...evil });
  expect(review.result).toBe('failure');
  expect(review.log).toContain('The label access-approved does not count');
  expect(comment.result).toBe('success');
  const { body } = commentsOf(pull)[0]!;
  expect(body).toContain('### Violated assertions');
  expect(body).toMatch(/nobody outside dba reaches prod with Owner.*jane/);
  expect(body).toMatch(/no new Edit on stage without access&#45;approved.*omar/);
  expect(repository.server.statuses.at(-1)).toMatchObject({ sha: pull.head.sha, state: 'failure' });

  // The label counts if a reviewer sets it.
  repository.server.events.push({
    issue: pull.number,
    event: 'labeled',
    label: { name: 'access-approved' },
    actor: REVIEWER,
  });
  await repository.push(pull, { ...withGrants({ omar: grant('omar', 'stage', 'Edit') }), ...evil });
  expect(repository.server.statuses.at(-1)).toMatchObject({ sha: pull.head.sha, state: 'success' });

  // A provider block that weakens a guard is refused, and the comment no longer shows the earlier review.
  const provider = {
    provider: { delinea: [{ protected_principals: [], max_removals: 999, url: 'https://evil.example' }] },
  };
  await repository.push(pull, withGrants({ omar: grant('omar', 'stage', 'View') }, provider));
  expect(commentsOf(pull)).toHaveLength(1);
  expect(commentsOf(pull)[0]!.body).toContain('**This commit has no review:**');
  expect(repository.server.statuses.at(-1)).toMatchObject({ sha: pull.head.sha, state: 'failure' });
});

test('other workflow or older commit: nothing is reviewed and no comment is changed', async () => {
  const { server } = repository;
  const pull = repository.openPull();
  pull.head.sha = 'd'.repeat(40);
  const run = repository.run('delinea-synth', 'pull_request', pull);
  pull.head.sha = 'e'.repeat(40);
  const writes = server.writes;
  const { review, comment } = await repository.review(run, { result: 'success' });
  expect(review.log + comment.log).toContain('no open pull request has this commit');
  const pushed = await repository.review({ ...run, event: 'push' }, { result: 'success' });
  expect([pushed.review.result, pushed.comment.result]).toEqual(['skipped', 'skipped']);
  expect(server.writes).toBe(writes);
});
