import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf } from '../support/assert/facts.js';
import { LEDGER, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

let engines: TwoEngines;

beforeEach(async () => {
  const data = { users: [{ userName: 'jane@example.com' }], containers: ['prod', { name: 'db', parent: 'prod' }] };
  engines = await openTwoEngines({ data }, { profile: 'secret-server' });
});
afterEach(() => engines.close());

const id = (address: string) => `\${${address}.id}`;
const data = { delinea_user: { jane: { user_name: 'jane@example.com' } } };
const jane = { principal_type: 'user', principal_id: id('data.delinea_user.jane') };
const folders = {
  team: { name: 'team' },
  inner: { name: 'inner', parent: id('delinea_container.team') },
  db: { name: 'db', parent: '/prod' },
};
const stack = {
  delinea_container: folders,
  delinea_container_permission: { one: { container: id('delinea_container.inner'), ...jane, right: 'View' } },
  delinea_container_permissions: {
    all: { container: id('delinea_container.team'), grants: [{ ...jane, right: 'Edit' }] },
  },
};

const cli = (command: string, ...more: string[]) => engines.cli(command, engines.folder.path, ...more);

async function apply(resource: Parameters<TwoEngines['declare']>[0], more: object = { data }) {
  engines.declare(resource, more);
  const run = await cli('apply', '--auto-approve', '--init-ledger');
  expect(run).toMatchObject({ code: 0, err: '' });
  return run.out;
}

test('a saved plan creates folders and their permissions, and the next plan is empty', async () => {
  await apply({});
  engines.declare(stack, { data });
  const file = engines.path('plan.json');
  const plan = await cli('plan', '--out', file);
  expect([plan.code, plan.out]).toEqual([
    2,
    expect.stringContaining('Plan: 4 to add, 0 to change, 0 to remove, 1 to adopt.'),
  ]);
  expect(plan.out).toContain('delinea_container.inner will be created');
  expect(plan.out).toContain('delinea_container.db will be adopted');
  const saved = await engines.cli('apply', file, '--auto-approve', '--stack', engines.folder.path);
  expect(saved).toMatchObject({ code: 0, err: '' });
  expect((await cli('plan')).out).toMatch(/^No changes/m);
  expect(factsOf(engines.sim.state())).toEqual(
    expect.arrayContaining(['jane@example.com has Edit on team', 'jane@example.com has View on inner']),
  );
});

test('drift shows a renamed folder, and the apply renames it back', async () => {
  await apply(stack);
  engines.sim.admin.renameContainer('team', 'crew');
  const drift = await cli('drift');
  expect([drift.code, drift.out]).toEqual([2, expect.stringContaining('name = "team" -> "crew"')]);
  await apply(stack);
  expect(engines.sim.state().containers.map(({ name }) => name)).toContain('team');
});

test('a folder that leaves the code stays, and the plan says so', async () => {
  await apply({ delinea_container: folders });
  const writes = engines.sim.requests.writes;
  engines.declare({}, { data });
  const { out } = await cli('plan');
  expect(out).toContain('delinea_container.team will no longer be managed (stays in the tenant)');
  await apply({});
  expect(engines.sim.requests.writes).toBe(writes);
});

test('an import block finds a folder by path or id', async () => {
  const db = engines.sim.state().containers.find(({ name }) => name === 'db')!;
  for (const text of ['/prod/db', db.id]) {
    engines.declare({ delinea_container: { db: folders.db } }, { import: [{ to: 'delinea_container.db', id: text }] });
    expect((await cli('plan')).out).toContain('0 to add, 0 to change, 0 to remove, 1 to adopt');
  }
});

terraformTest('a stack moves to Terraform and back without a write', async () => {
  await apply(stack);
  const ledger = engines.read(LEDGER);
  const writes = engines.sim.requests.writes;
  expect(await cli('export-terraform')).toMatchObject({ code: 0, err: '' });
  const { folder } = engines;
  const { out, err } = await folder.run(['apply', '-auto-approve']);
  expect([out, err]).toEqual([expect.stringContaining('5 to import, 0 to add, 0 to change, 0 to destroy'), '']);
  expect((await folder.run(['plan', '-detailed-exitcode'])).code).toBe(0);
  const state = (await folder.run(['show', '-json'])).out;
  rmSync(engines.path(LEDGER));
  writeFileSync(engines.path('state.json'), state);
  const given = await engines.cli('import-state', engines.path('state.json'), '--stack', folder.path);
  expect(given).toMatchObject({ code: 0, err: '' });
  expect([engines.read(LEDGER), engines.sim.requests.writes]).toEqual([ledger, writes]);
  expect((await cli('plan')).out).toMatch(/^No changes/m);
});
