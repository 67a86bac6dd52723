import { describe, expect, jest } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { type Blocks, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { oneLine } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const DATA: SimulatorData = {
  users: [{ userName: 'boss@example.com' }],
  containers: ['prod'],
  roles: ['Auditor'],
  containerPermissions: [{ container: 'prod', user: 'boss@example.com', right: 'Owner' }],
};
const ann = { ann: { user_name: 'ann@example.com' } };
const principal = { principal_type: 'user', principal_id: '${delinea_user.ann.id}' };
const rest = { container: 'prod', principal_type: 'group', principal_id: '${delinea_group.team.id}', right: 'View' };

/** A team of one person. @param consent the line that the refusal names */
const team = (consent: object, ...members: string[]): Blocks => ({
  delinea_group: { team: { display_name: 'team', members, ...consent } },
  delinea_container_permission: { team: rest },
});
const auditors = (consent: object, ...holders: object[]): Blocks => ({
  delinea_role_bindings: { all: { role: 'Auditor', holders, ...consent } },
});

interface Case {
  readonly before: Blocks;
  readonly emptied: (consent: object) => Blocks;
  readonly refusal: string;
  /** The person's remaining access. */
  readonly left: (engines: TwoEngines) => readonly unknown[];
}

const CASES: Readonly<Record<string, Case>> = {
  'the last member of a group': {
    before: team({}, '${delinea_user.ann.id}'),
    emptied: (consent) => team(consent),
    refusal: 'members = [] would empty the group',
    left: ({ sim }) => sim.state().groups.flatMap(({ members }) => members),
  },
  'the last holder of a role': {
    before: auditors({}, principal),
    emptied: (consent) => auditors(consent),
    refusal: 'holders = [] would revoke all role bindings in this scope',
    left: ({ sim }) => sim.state().roleBindings,
  },
};

/** Each front end: how it plans and applies, and the line that it names. */
const ENGINES = {
  terraform: {
    plan: ({ folder }: TwoEngines) => folder.run(['plan', '-no-color']),
    apply: ({ folder }: TwoEngines) => folder.run(['apply', '-auto-approve', '-no-color']),
    line: 'Set allow_empty = true.',
  },
  'the command line': {
    plan: ({ cli, folder }: TwoEngines) => cli('plan', folder.path),
    apply: ({ cli, folder }: TwoEngines) => cli('apply', folder.path, '--auto-approve', '--init-ledger'),
    line: 'Set allowEmpty = true.',
  },
};

describe('a list of one person becomes empty', () => {
  for (const [who, { before, emptied, refusal, left }] of Object.entries(CASES))
    for (const [engine, { plan, apply, line }] of Object.entries(ENGINES))
      terraformTest(
        `${engine}: the plan names the line, and with it ${who} leaves in the apply that removes the account`,
        async () => {
          const engines = await openTwoEngines({ data: DATA });
          try {
            engines.declare({ delinea_user: ann, ...before });
            expect(oneLine(await apply(engines))).toMatchObject({ code: 0 });
            engines.declare(emptied({}));
            const { code, text } = oneLine(await plan(engines));
            expect(code).not.toBe(0);
            expect(text).toContain(refusal);
            expect(text).toContain(line);
            expect(left(engines)).toHaveLength(1);
            engines.declare(emptied({ allow_empty: true }));
            expect(oneLine(await apply(engines))).toMatchObject({ code: 0 });
            expect(left(engines)).toEqual([]);
            expect(engines.sim.state().users.find(({ userName }) => userName === 'ann@example.com')).toMatchObject({
              active: false,
            });
            expect(oneLine(await plan(engines))).toMatchObject({ code: 0, text: expect.stringMatching(/No changes/) });
          } finally {
            await engines.close();
          }
        },
      );
});
