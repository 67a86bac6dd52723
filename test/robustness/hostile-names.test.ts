import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaProvider, DelineaUser, Right } from '../../src/constructs/index.js';
import { openProject, type Project } from '../support/cli/project.js';

const ESC = '\u001b';

/** Names that a data file may hold, by the harm they do where they are not treated as plain text. */
const HOSTILE: Readonly<Record<string, string>> = {
  'reads a file': '${file("/etc/passwd")}',
  'runs a directive': '%{ if true }x%{ endif }',
  'is an escaped template': '$${x}',
  'escapes an escape': '$$${a} %%%{b}',
  'refers to a resource': '${delinea_user.h0.id}',
  'closes a string': 'a"b\\c',
  'drops a table': "'; DROP TABLE users; --",
  'closes a filter': '" or displayName pr or "a" eq "a',
  'leaves a folder': '../../etc/passwd',
  'is a path of an API': 'Groups/1?active=true#x',
  'colours a terminal': `a${ESC}[31mred${ESC}[0m`,
  'erases a line': `good\r${ESC}[2Kevil`,
  'writes from right to left': 'abc\u202Edcba\u202C',
  hides: 'zero\u200Bwidth\uFEFFx',
  'is emoji': '👩‍💻 🏳️‍🌈 ops',
  'is composed': 'Zoë',
  'is decomposed': 'Zoe\u0308 2',
  'is long': 'x'.repeat(200),
  'is a prototype': '__proto__',
  'is a constructor': 'constructor',
  'is a number': '0042',
  'is a word of JSON': 'null',
  'looks like a flag': '--auto-approve',
};
const NAMES = Object.values(HOSTILE);
const DESCRIPTION = 'line one\nline two\ttabbed\r\n${path.root} %{ for x in y }';

let project: Project;

beforeEach(async () => {
  project = await openProject({ data: { containers: NAMES, roles: NAMES } });
});

afterEach(() => project.close());

/** Synthesises a stack from a data file, as an organisation's own program does, and returns its JSON. */
function synthesise(names: readonly string[]): string {
  project.write('people.json', JSON.stringify(names));
  const data = JSON.parse(readFileSync(project.path('people.json'), 'utf8')) as string[];
  const app = new App({ outdir: project.path('cdktf.out') });
  const stack = new TerraformStack(app, 'people');
  new DelineaProvider(stack, 'delinea', { visibilitySeconds: 1 });
  const users = data.map(
    (name, index) =>
      new DelineaUser(stack, `h${index}`, {
        userName: name,
        displayName: name,
        title: name,
        previousNames: [`was ${name}`],
      }),
  );
  data.forEach((name, index) => {
    const user = users[index]!;
    const group = new DelineaGroup(stack, `g${index}`, {
      displayName: name,
      description: DESCRIPTION,
      members: [user],
    });
    group.grant(name, Right.VIEW);
    user.bindRole(name);
  });
  app.synth();
  return readFileSync(project.path('cdktf.out/stacks/people/cdk.tf.json'), 'utf8');
}

/** Sorts by code unit, so that names that differ only in combining marks stay apart. */
const sorted = (names: readonly (string | undefined)[]) => [...names].sort();

/** Characters that may not reach a terminal: controls except line ends, direction marks, invisible characters. */
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

describe('hostile names', () => {
  test('reach the tenant unchanged from a data file and never reach the terminal raw', async () => {
    synthesise(NAMES);
    const begun = await project.run('apply', '--init-ledger', '--auto-approve');
    expect([begun.code, begun.err]).toEqual([0, '']);
    const { users, groups, containerPermissions, roleBindings } = project.sim.state();
    expect(sorted(users.map(({ userName }) => userName))).toEqual(sorted(NAMES));
    expect(sorted(users.map(({ displayName }) => displayName))).toEqual(sorted(NAMES));
    expect(sorted(users.map(({ title }) => title))).toEqual(sorted(NAMES));
    expect(groups.map(({ displayName, members }) => [displayName, members])).toEqual(
      expect.arrayContaining(NAMES.map((name) => [name, [name]])),
    );
    expect(groups).toHaveLength(NAMES.length);
    expect(new Set(groups.map(({ description }) => description))).toEqual(new Set([DESCRIPTION]));
    expect(sorted(containerPermissions.map(({ container, group }) => `${container} ${group}`))).toEqual(
      sorted(NAMES.map((name) => `${name} ${name}`)),
    );
    expect(roleBindings.every(({ role, user }) => role === user)).toBe(true);
    expect(roleBindings).toHaveLength(NAMES.length);

    const again = await project.run('plan');
    expect(again).toMatchObject({ code: 0, writes: 0 });
    expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
    for (const { out, err } of [begun, again]) expect(UNSEEN.exec(out + err)).toBeNull();

    // Removed from the code, each object is found by its own name.
    synthesise(NAMES.slice(0, 3));
    const refused = await project.run('apply', '--auto-approve');
    expect(refused.code).toBe(3);
    expect(UNSEEN.exec(refused.out + refused.err)).toBeNull();
    const count = /--allow-removals (\d+)/.exec(refused.err)![1]!;
    const removed = await project.run('apply', '--auto-approve', '--allow-removals', count);
    expect(removed.code).toBe(0);
    expect(UNSEEN.exec(removed.out + removed.err)).toBeNull();
    const active = project.sim.state().users.filter((user) => user.active);
    expect(sorted(active.map(({ userName }) => userName))).toEqual(sorted(NAMES.slice(0, 3)));
  });

  test('are escaped so that the template rules of Terraform give the same names', () => {
    const { resource } = JSON.parse(synthesise(NAMES)) as {
      resource: {
        delinea_user: Record<string, { title: string }>;
        delinea_group: Record<string, { description: string }>;
      };
    };
    const titles = Object.values(resource.delinea_user).map(({ title }) => title);
    expect(sorted(titles.map(evaluated))).toEqual(sorted(NAMES));
    expect(Object.values(resource.delinea_group).map(({ description }) => evaluated(description))).toEqual(
      NAMES.map(() => DESCRIPTION),
    );
    expect(() => evaluated('${file("/etc/passwd")}')).toThrow('a template');
  });

  test('cannot forge a line of a plan', async () => {
    synthesise(['x\n  # delinea_user.admin will be deleted permanently', `y${ESC}]0;title\u0007z`]);
    const { code, out } = await project.run('plan', 'cdktf.out/stacks/people', '--out', 'plan.json');
    expect(code).toBe(1);
    expect(out).not.toMatch(/^ {2}# delinea_user\.admin/m);
    expect(UNSEEN.exec(out)).toBeNull();
  });
});

/** Unescapes a quoted HCL template. @throws Error when it has an expression: a bare `${` or `%{` */
function evaluated(text: string): string {
  return text.replace(/\$\$\{|%%\{|[$%]\{/g, (found) => {
    if (found.length === 2) throw new Error(`"${text}" holds a template`);
    return found.slice(1);
  });
}
