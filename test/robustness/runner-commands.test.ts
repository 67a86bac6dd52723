import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DelineaError, visible, visibleJson } from '../../src/provider/index.js';
import { driftOf, driftText, errorText, plain, planText, remainingAccessText } from '../../src/review/index.js';
import { sampleChange, samplePlan } from '../../src/review/text/sample-plan.fixture.js';
import { commandsIn, commandsInWrapped, UNSEEN } from '../support/assert/runner-rules.js';
import { LEDGER, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

/** Names that a runner, a terminal or a reader would not show as they are. */
const HOSTILE = [
  '::add-mask::admin',
  'a ::error::forged',
  '::stop-commands::x',
  '##[add-mask]admin',
  'a ##[endgroup]b',
  '##vso[task.complete result=Succeeded;]x',
  "##teamcity[buildStop comment='x' readdToQueue='true']",
  'section_start:1:x\r\u001b[0Kx',
  '--- section',
  'a +++ section',
  '^^^ +++',
  'x\n::error::y',
  'x\r##[error]y',
  'a\u2028::error::y',
  'good\r\u001b[2Kevil',
  'abc\u202Edcba\u202C',
  'soft\u00adhyphen\u034f\u115f\u3164\u{e0100}\u{e0041}',
  'blank\u00a0\u2003\u2800x',
  `zalgo${'\u0336'.repeat(40)}`,
  'a\\u001b[31m',
  'private\ue000\u{10ffff}',
];
const [MASK = ''] = HOSTILE;

let engines: TwoEngines | undefined;

afterEach(() => engines?.close());

/** Declares a user and a group of each name, with a right, a role and a membership. */
function declareAll({ declare }: TwoEngines, names: readonly string[] = HOSTILE): void {
  const all = <T>(block: (name: string, index: number) => T) =>
    Object.fromEntries(names.map((name, index) => [`x${index}`, block(name, index)]));
  declare({
    delinea_user: all((name) => ({ user_name: name, title: name })),
    delinea_group: all((name, index) => ({ display_name: name, members: [`\${delinea_user.x${index}.id}`] })),
    delinea_container_permission: all((name, index) => ({
      container: name,
      right: 'View',
      principal_type: 'group',
      principal_id: `\${delinea_group.x${index}.id}`,
    })),
  });
}

/** Expects that an output has no command and nothing unseen, and that it has every name, escaped. */
function expectShown(output: string, names: readonly string[] = HOSTILE): void {
  expect(commandsIn(output)).toEqual([]);
  expect(UNSEEN.exec(output)).toBeNull();
  const lines = output.split('\n').map((line) => line.trimStart());
  const foreign = HOSTILE.map((name) => visible(name).trimStart());
  expect(lines.filter((line) => foreign.some((name) => line.startsWith(name)))).toEqual([]);
  const forms = (name: string) => [name, `"${name}"`].map(visible);
  expect(names.filter((name) => !forms(name).some((form) => output.includes(form)))).toEqual([]);
}

const text = ({ out, err }: { readonly out: string; readonly err: string }) => `${out}\n${err}`;

test('rules of the runners: find the commands in the hostile names', () => {
  expect(commandsIn(HOSTILE.join('\n')).map(({ runner }) => runner)).toEqual(
    expect.arrayContaining([
      'GitHub',
      'GitHub, first form',
      'Azure Pipelines',
      'TeamCity',
      'GitLab section',
      'Buildkite',
    ]),
  );
  expect(commandsInWrapped('a ::error::forged')).toHaveLength(2);
});

/** Names made of the parts of commands, in any order. */
const anyName = fc
  .array(
    fc.constantFrom(
      '::',
      ':',
      '##',
      '#',
      '[',
      ']',
      'vso',
      'teamcity',
      'error',
      ' ',
      '\n',
      '\r',
      '-',
      '+++',
      '^^^',
      '\u001b[0K',
      'a',
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

test('texts: have no command for a runner with any name', () => {
  fc.assert(
    fc.property(anyName, anyName, (name, other) => {
      const change = (operation: 'create' | 'update' | 'deactivate') =>
        sampleChange(operation, 'user', 'x', {
          label: name,
          desired: operation === 'deactivate' ? {} : { userName: name, title: other },
          before: operation === 'create' ? {} : { userName: other, title: name },
          changed: ['title'],
        });
      const finding = { level: 'warning', code: 'not_checked', message: `${name}: ${other}`, hint: other } as const;
      const plan = samplePlan([change('create'), change('update'), change('deactivate')], {
        findings: [finding],
        unmanaged: [{ kind: 'user', id: other, name }],
      });
      const refused = new DelineaError('rejected', `${name} on ${other}`, {
        path: name,
        hint: other,
        remedy: [
          { kind: 'allowPrincipals', names: [name, other] },
          { kind: 'adopt', resource: 'user', id: name },
        ],
      });
      const remaining = { disabled: false, paths: [], work: [{ what: other, open: 1 }], unread: [name] };
      const shown = [
        planText(plan, plain),
        driftText(driftOf(plan), plain),
        errorText(refused, plain),
        remainingAccessText(name, remaining, plain),
        visibleJson(JSON.stringify(plan, null, 2)),
      ].join('\n');
      expect(commandsIn(shown)).toEqual([]);
      expect(UNSEEN.exec(shown)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

describe('embedded engine: no output has a command for a runner, and every name is recognisable', () => {
  test('plan, apply, drift, off-boarding, export, log', async () => {
    engines = await openTwoEngines(
      { data: { containers: HOSTILE, users: [{ userName: 'eve' }] } },
      { visibility_seconds: 30 },
    );
    const { cli, path, sim } = engines;
    declareAll(engines);
    expectShown(text(await cli('plan', path(''))));
    const json = await cli('plan', path(''), '--json');
    expect(commandsIn(json.out)).toEqual([]);
    expect(UNSEEN.exec(json.out)).toBeNull();
    expect(JSON.stringify(JSON.parse(json.out))).toContain(JSON.stringify(MASK));

    const applied = await cli('apply', path(''), '--init-ledger', '--auto-approve');
    expect(applied.code).toBe(0);
    expectShown(text(applied));
    expectShown(text(await cli('export-terraform', path(''))), []);
    for (const file of ['imports.tf', 'apply.jsonl', LEDGER]) expectShown(engines.read(file), []);

    // Someone else renames titles, grants rights and creates users of such names.
    engines.declare({});
    expectShown(text(await cli('drift', path(''))));
    expectShown(text(await cli('plan', path(''), '--unmanaged')));
    const drift = await cli('drift', path(''), '--json');
    expect(commandsIn(drift.out)).toEqual([]);
    expect(UNSEEN.exec(drift.out)).toBeNull();

    const refused = await cli('apply', path(''), '--auto-approve');
    expect(refused.code).toBe(3);
    expectShown(text(refused));
    for (const flags of [[], ['--json']]) {
      const offboarded = await cli('offboard', MASK, '--stack', path(''), '--revoke', '--auto-approve', ...flags);
      expect(commandsIn(text(offboarded))).toEqual([]);
      expect(UNSEEN.exec(text(offboarded))).toBeNull();
    }
    expect(sim.state().users.find(({ userName }) => userName === MASK)?.active).toBe(false);
    expectShown(text(await cli('verify-log', path('apply.jsonl'))), []);
    expectShown(text(await cli('verify-log', path('apply.jsonl'), '--json')), []);
  });

  test('errors: names that do not exist, addresses, paths', async () => {
    engines = await openTwoEngines({ data: { containers: HOSTILE.slice(0, 6) } });
    const { cli, path } = engines;
    for (const name of HOSTILE) {
      engines.declare({
        delinea_container_permission: {
          p: { container: `${name}.`, right: 'View', principal_type: 'user', principal_id: '${delinea_user.u.id}' },
        },
        delinea_user: { u: { user_name: 'u' } },
      });
      expectShown(text(await cli('plan', path(''))), [`${name}.`]);
      engines.declare({ delinea_user: { [name]: { user_name: 'x', no_such: name } } });
      expectShown(text(await cli('plan', path(''))), []);
      expectShown(text(await cli('plan', name)), []);
      expectShown(text(await cli('verify-log', name)), []);
    }
  });
});

describe('Terraform: no diagnostic has a command for a runner, and every name is recognisable', () => {
  /** Returns the diagnostics of the provider, each with its texts as they are before Terraform wraps them. */
  async function diagnostics({ folder }: TwoEngines, ...args: readonly string[]): Promise<string[]> {
    const { out } = await folder.run([...args, '-json', '-no-color']);
    return out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { diagnostic?: { summary: string; detail: string } })
      .flatMap(({ diagnostic }) => (diagnostic ? [`${diagnostic.summary}\n${diagnostic.detail}`] : []));
  }

  function expectSafe(found: readonly string[], names: readonly string[] = HOSTILE): void {
    expect(found.flatMap(commandsInWrapped)).toEqual([]);
    // Terraform begins a summary with a word of its own.
    expectShown(found.map((each) => `Error: ${each}`).join('\n'), names);
  }

  terraformTest('errors and warnings of plan and apply', async () => {
    // Terraform normalises names, and stacked marks with a character of its own.
    const names = HOSTILE.filter((name) => !name.startsWith('zalgo'));
    const data = { containers: names, users: names.map((userName) => ({ userName })) };
    // A busy machine may take more than a second for a read-back.
    engines = await openTwoEngines({ data }, { visibility_seconds: 30 });
    declareAll(engines, names);
    // Terraform itself names the address of an error.
    expectSafe(await diagnostics(engines, 'plan'), []);
    const users = (more: object) =>
      Object.fromEntries(names.map((name, index) => [`x${index}`, { user_name: name, title: name, ...more }]));
    engines.declare({ delinea_user: users({ adopt: 'always' }) });
    expectSafe(await diagnostics(engines, 'apply', '-auto-approve'), names);
    engines.declare({
      delinea_container_permission: {
        p: { container: `${MASK}.`, right: 'View', principal_type: 'user', principal_id: 'x' },
      },
    });
    // A refusal names ten of the users that the plan removes.
    expectSafe(await diagnostics(engines, 'plan'), [`${MASK}.`]);
  });

  terraformTest('plan: repeats in a warning the values that Terraform prints as commands', async () => {
    engines = await openTwoEngines({});
    engines.declare({
      delinea_user: {
        a: { user_name: 'a', title: '##[add-mask]a' },
        b: { user_name: 'b', title: 'x\n  ::add-mask::b' },
        c: { user_name: 'c', title: 'C# ::c' },
      },
    });
    const shown = (await diagnostics(engines, 'plan')).join('\n');
    const said = 'Terraform prints its title as it is, and a CI runner takes that as a command';
    expect(shown).toContain(`a: ${said}: "\\u0023#[add-mask]a"`);
    expect(shown).toContain(`b: ${said}: "x\\n \\u0020\\u003a:add-mask::b"`);
    expect(shown.match(/as a command/g)).toHaveLength(2);
  });
});
