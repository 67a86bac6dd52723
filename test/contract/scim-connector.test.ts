import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { factsOf, failuresOf } from '../support/assert/facts.js';
import { grant, looked, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

/** Quirks of the vendor's on-prem SCIM Connector: fact sheet 4.2. */
const data = {
  users: [{ userName: 'jane@example.com' }, { userName: 'gone@example.com', active: false }],
  containers: ['prod', { name: 'jane', personal: true }],
  containerPermissions: [{ container: 'jane', user: 'jane@example.com', right: 'Owner' as const }],
};

const open = async () => {
  bench = await openWorkbench({ data, provider: { profile: 'scim-connector' } });
};

const gone = looked('user', 'gone', { userName: 'gone@example.com' });
const tom = user('tom', { externalId: 'ext-tom', emails: [{ value: 'tom@mail.example' }] });

/** Expects that one declaration fails with this error, and that the others are applied. */
async function expectRefused(declarations: readonly Declaration[], failure: string, message: RegExp) {
  const result = await bench.converge(declarations);
  expect(failuresOf(result)).toEqual([failure]);
  expect(result.failures[0]?.error.message).toMatch(message);
  expect(factsOf(bench.sim.state())).toContain('user tom@example.com active');
}

describe('on-prem SCIM Connector', () => {
  test('create: is an error that names user_name when the connector creates the user under the e-mail address', async () => {
    await open();
    const plan = await bench.plan([tom]);
    // Another run creates the user, and the reports that the connector reads do not show it yet.
    bench.sim.faults.set({ visibilityDelayMs: 60_000 });
    bench.sim.admin.addUser({ userName: 'tom@example.com' });
    bench.sim.faults.set({ visibilityDelayMs: 0 });
    const result = await bench.apply(plan);
    expect(failuresOf(result)).toEqual(['delinea_user.tom not_converged']);
    expect(result.failures[0]?.error.message).toContain('user_name');
    expect(factsOf(bench.sim.state())).toContain('user tom@mail.example active');
  });

  test('create: finds the disabled account of an earlier removal, and needs consent', async () => {
    await open();
    expect((await bench.converge([tom])).failures).toEqual([]);
    expect((await bench.converge([])).failures).toEqual([]);
    const { delinea } = await bench.plan([user('tom', { ...tom.values, active: true })]);
    expect(delinea.findings.map(({ code }) => code)).toContain('consent_missing');
    const back = user('tom', { ...tom.values, active: true, reactivate: 'TICKET-1' });
    expect((await bench.converge([back])).failures).toEqual([]);
    expect(factsOf(bench.sim.state()).filter((fact) => fact.includes('tom'))).toEqual(['user tom@example.com active']);
  });

  test('grant on a personal folder: is refused, and other resources are applied', async () => {
    await open();
    const refused = grant('refused', 'jane', tom, 'View');
    await expectRefused([tom, refused], 'delinea_container_permission.refused forbidden', /not permitted/);
  });

  test('grant to a disabled account: is refused, and other resources are applied', async () => {
    await open();
    const refused = grant('refused', 'prod', gone, 'View');
    await expectRefused([tom, gone, refused], 'delinea_container_permission.refused rejected', /not found or disabled/);
  });
});
