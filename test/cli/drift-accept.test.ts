import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import * as constructs from '../../src/constructs/index.js';
import type { DriftItem } from '../../src/review/index.js';
import { type PageData, rowsOf } from '../../src/review/page/page-data.js';
import { synth } from '../support/cdktf/synth.js';
import { type Blocks, openProject, type Project } from '../support/cli/project.js';

jest.setTimeout(240_000);

let project: Project;

beforeAll(async () => {
  project = await openProject({
    data: {
      users: [{ userName: 'boss@example.com' }, { userName: 'eve@example.com' }, { userName: 'old@example.com' }],
      containers: ['prod', 'dev'],
    },
  });
});
afterAll(() => project.close());

async function run(code: number, ...args: string[]) {
  const attempt = await project.run(...args);
  expect([attempt.code, attempt.err]).toEqual([code, expect.anything()]);
  return attempt;
}

/** The edits of a drift, by the place in code. */
type Edits = Readonly<Record<string, readonly string[]>>;

/** Evaluates code that a drift proposes, with the constructs in scope. */
function evaluate(stack: TerraformStack, code: string): unknown {
  const inScope = Object.entries(constructs).filter(([name]) => /^[A-Z]/.test(name));
  const names = inScope.map(([name]) => name);
  const values = inScope.map(([, value]) => value);
  return new Function(...names, code).apply(stack, values);
}

/** Declares two users, a group and permissions, with these edits in the code. */
function declare(edits: Edits = {}): void {
  const props = (stack: TerraformStack, place: string) =>
    evaluate(stack, `return ({ ${(edits[place] ?? []).join('\n')} })`) as object;
  const items = <T>(stack: TerraformStack, place: string) =>
    evaluate(stack, `return [ ${(edits[place] ?? []).join('\n')} ]`) as T[];
  const { DelineaUser, DelineaGroup, ContainerPermission, ContainerPermissions, Right } = constructs;
  const { resource, data } = synth((stack) => {
    const boss = DelineaUser.fromUserName(stack, 'boss', 'boss@example.com');
    const jane = new DelineaUser(stack, 'jane', {
      ...{ userName: 'jane@example.com', title: 'Lead', active: true },
      ...props(stack, 'delinea_user.jane'),
    });
    new DelineaGroup(stack, 'sre', {
      displayName: 'sre',
      members: [jane, ...items<typeof jane>(stack, 'members of delinea_group.sre')],
    });
    new ContainerPermission(stack, 'owner', { container: 'prod', principal: boss, right: Right.OWNER });
    new ContainerPermissions(stack, 'dev', {
      container: 'dev',
      grants: [
        { principal: boss, right: Right.OWNER },
        ...items<constructs.ContainerGrant>(stack, 'grants of delinea_container_permissions.dev'),
      ],
    });
    for (const code of edits['a new declaration'] ?? []) evaluate(stack, code);
  });
  project.declare(resource as Blocks, { data });
}

function changeOutOfBand(): void {
  const { admin } = project.sim;
  admin.editUser('jane@example.com', { title: 'Root "${x}" `rm`' });
  admin.addMember('sre', 'eve@example.com');
  admin.grant('prod', { user: 'eve@example.com' }, 'View');
  admin.grant('dev', { user: 'eve@example.com' }, 'Edit');
}

const placeOf = ({ adopt, address }: DriftItem) =>
  adopt!.in === undefined ? 'a new declaration' : adopt!.edit === 'set' ? address! : `${adopt!.in} of ${address}`;

describe('drift that is accepted or adopted', () => {
  test('an accepted drift is listed and ends with 0; what gives power is never accepted', async () => {
    declare();
    await run(0, 'apply', '--init-ledger', '--auto-approve');
    changeOutOfBand();
    project.sim.admin.grant('prod', { user: 'old@example.com' }, 'Owner');
    const until = new Date(Date.now() + 7 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    project.write('.delineaignore', '# kept\naccepted: []\n');
    const accepted = await run(2, 'drift', '--accept', 'ticket 7', '--until', until);
    expect(accepted.out).toContain('Accepted: 4 entries were added to');
    expect(accepted.out).toMatch(
      /Not accepted: not in code: Owner of old@example\.com on prod: it is an ownership or a role/,
    );
    expect(accepted.out).toContain(`Drift: 1 not in code; 4 accepted until ${until}: ticket 7.`);
    expect(accepted.out).toContain('Drift: Owner of old@example.com on prod: not in code');
    expect(project.read('.delineaignore')).toMatch(/^# kept\naccepted:\n {2}- drift: changed\n/);

    project.sim.admin.revoke('prod', { user: 'old@example.com' });
    const green = await run(0, 'drift', '--sarif', 'drift.sarif', '--junit', 'drift.xml');
    expect(green.out).toContain(`No drift except 4 accepted until ${until}: ticket 7.`);
    expect(green.out).toContain('added: eve@example.com in sre (delinea_group.sre)');
    expect(JSON.parse(project.read('drift.sarif')!).runs[0].results).toHaveLength(4);
    expect(project.read('drift.xml')).not.toContain('<failure');

    project.sim.admin.removeMember('sre', 'eve@example.com');
    const stale = await run(2, 'drift', '--markdown', '--html', 'drift.html');
    expect(stale.out).toMatch(/^<!-- delinea-iac drift -->/);
    expect(stale.out).toContain('matches no drift');
    const [, data] = /id="data">(.*)<\/script>/.exec(project.read('drift.html')!)!;
    const page = JSON.parse(data!) as PageData;
    expect(page.states).toEqual({ before: 'Code', after: 'Tenant' });
    expect(page.totals).toContainEqual({ value: 3, label: 'accepted' });
    const rights = rowsOf(page).map(({ state, right, people, scopes }) =>
      [state, people[0]?.name, right, scopes[0]?.name].join(' '),
    );
    expect(rights).toContain('gained eve@example.com Edit dev');
    project.sim.admin.addMember('sre', 'eve@example.com');
    project.write('.delineaignore', '');
  });

  test('every edit that a drift proposes adopts the live state: the next drift is empty', async () => {
    const { out } = await run(2, 'drift', '--json');
    const items = (JSON.parse(out) as { delinea: { drift: DriftItem[] } }).delinea.drift;
    expect(items.map(({ kind, object, attribute }) => `${kind}: ${attribute?.name ?? object.name}`)).toEqual([
      'changed: title',
      'added: Edit of eve@example.com on dev',
      'added: eve@example.com in sre',
      'not in code: View of eve@example.com on prod',
    ]);
    const edits: Record<string, string[]> = {};
    for (const item of items) {
      const place = placeOf(item);
      edits[place] = [...(edits[place] ?? []), item.adopt!.typescript];
    }
    declare(edits);
    expect(await run(0, 'apply', '--auto-approve')).toMatchObject({ writes: 0 });
    await run(0, 'drift');
  });

  test.each([
    ['a missing file', ['--ignore', 'other.yaml'], undefined, 'ENOENT'],
    ['a key twice', [], 'accepted: []\naccepted: []\n', 'unique'],
    ['an alias', [], 'a: &a [1]\naccepted: [*a, *a]\n', 'Alias'],
    ['a day without end', [], 'accepted: [{drift: added, address: x.y, reason: x, until: 9999-12-31}]', '366 days'],
  ])('an ignore file that cannot be used is an error: %s', async (_, args, text, message) => {
    if (text !== undefined) project.write('.delineaignore', text);
    const { err } = await run(1, 'drift', ...args);
    expect(err).toContain('the ignore file cannot be used');
    expect(err).toContain(message);
  });
});
