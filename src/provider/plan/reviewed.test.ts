import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  after,
  effectsOf,
  openReviewedScenario,
  type ReviewedScenario,
  type Tampered,
} from '../../../test/support/plan/reviewed-scenario.js';
import { user } from '../../../test/support/tenant/declare.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { type Plan, stepsOf } from '../model/plan.js';

let scenario: ReviewedScenario;
const bench = () => scenario.bench;
const again: ReviewedScenario['again'] = (...args) => scenario.again(...args);
const open = async () => {
  scenario = await openReviewedScenario();
};
const errorsOf = async (made: Promise<unknown>): Promise<string[]> => {
  const error = await made.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const errors = error instanceof DelineaError ? [error] : error instanceof DelineaErrors ? error.errors : undefined;
  if (errors) return errors.map(({ path, message }) => `${path}: ${message}`);
  throw error ?? new Error('the plan was not refused');
};
const copyOf = (plan: Tampered): Tampered => JSON.parse(JSON.stringify(plan));
const at = (plan: Tampered, address: string) =>
  plan.resource_changes.find((change: Tampered) => change.address === address);

describe('makePlan with a reviewed plan that was edited', () => {
  let plan: Tampered;
  let effects: string;

  beforeAll(async () => {
    await open();
    plan = scenario.plan;
    effects = effectsOf(await again(plan));
  });
  afterAll(() => bench().close());

  const copy = () => copyOf(plan);

  test('returns the same plan when nobody edited it', () => {
    expect(effects).toBe(effectsOf(plan));
    expect(stepsOf(plan).map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['create', 'update', 'reactivate', 'deactivate', 'revoke', 'none']),
    );
  });

  test.each<[string, (plan: Tampered) => void, string]>([
    [
      'grants to somebody else, with the same text and names',
      (p) => {
        const step = at(p, 'delinea_container_permission.test');
        step.delinea.desired.principalId = scenario.mallory();
        p.delinea.names.user[step.delinea.desired.principalId] = { name: 'ann@example.com' };
      },
      'delinea_container_permission.test: View of ann@example.com on test was changed since the plan was made: principal_id',
    ],
    [
      'has another label',
      (p) => (at(p, 'delinea_user.jane').delinea.label = 'tim@example.com'),
      'delinea_user.jane: tim@example.com was changed since the plan was made: label',
    ],
    [
      'has another order',
      (p) => (at(p, 'delinea_container_permission.test').delinea.after = []),
      'delinea_container_permission.test: View of ann@example.com on test was changed since the plan was made: after',
    ],
    [
      'has another name for an id',
      (p) => {
        for (const entry of Object.values<Tampered>(p.delinea.names.user))
          if (entry.name === 'kim@example.com') entry.name = 'eve';
      },
      'undefined: a name was changed since the plan was made: ',
    ],
    [
      'disables an account that is not managed',
      (p) => {
        const change = structuredClone(at(p, 'delinea_user.bob'));
        const id = scenario.mallory();
        Object.assign(change.delinea, { key: `delinea_user.mallory#${id}`, id, label: 'mallory' });
        p.resource_changes.push({ ...change, address: 'delinea_user.mallory', name: 'mallory' });
      },
      'delinea_user.mallory: mallory: the plan has deactivate, and stack, ledger and tenant now give no change',
    ],
    [
      'hides a deletion behind a deactivation',
      (p) => (at(p, 'delinea_user.bob').delinea.operation = 'delete'),
      'delinea_user.bob: bob@example.com: the plan has delete, and stack, ledger and tenant now give deactivate',
    ],
    [
      'hides the access that an account regains',
      (p) => delete at(p, 'delinea_user.tom').delinea.regains,
      'delinea_user.tom: tom@example.com was changed since the plan was made: regains',
    ],
    [
      'has a consent that nobody gave',
      (p) => (at(p, 'delinea_user.tom').delinea.reactivated = 'T-1'),
      'delinea_user.tom: tom@example.com was changed since the plan was made: reactivated',
    ],
    [
      'is of another tenant',
      (p) => (p.delinea.tenant = 'https://evil.example'),
      'undefined: the plan was made for tenant https://evil.example, not for http://127.0.0.1',
    ],
    [
      'was made by another account',
      (p) => (p.delinea.accounts = ['reader@example.com']),
      'undefined: the plan was made for accounts reader@example.com, not for ',
    ],
    [
      'sends requests to another origin',
      (p) => p.delinea.origins.push('https://evil.example'),
      'undefined: the plan was made for origins http://127.0.0.1',
    ],
    [
      'keeps an edge that the set revokes',
      (p) => at(p, 'delinea_container_permissions.prod').delinea.edgeSteps.pop(),
      'delinea_container_permissions.prod: permissions on prod was changed since the plan was made: grants, edge_steps',
    ],
  ])('refuses a plan that %s', async (_, tamper, message) => {
    const tampered = copy();
    tamper(tampered);
    expect((await errorsOf(again(tampered))).join('\n')).toContain(message);
  });

  test('refuses to enable an account without a consent of this run', async () => {
    const errors = await errorsOf(bench().plan(after, { reviewed: plan }));
    expect(errors).toEqual([
      'delinea_user.tom: tom@example.com: the plan has reactivate, and stack, ledger and tenant now give no change (tom@example.com was disabled outside of code; it stays disabled)',
    ]);
  });

  test('leaves out changes that the reviewed plan does not have, and notes them', async () => {
    const made = await again(plan, [...after.slice(1), user('jane', { title: 'Lead' }), user('new')]);
    expect(effectsOf(made)).toBe(effects);
    expect(made.delinea.findings).toContainEqual(
      expect.objectContaining({ level: 'note', code: 'not_reviewed', address: 'delinea_user.new' }),
    );
    const fewer = copy();
    fewer.resource_changes = fewer.resource_changes.filter(({ address }: Tampered) => address === 'delinea_user.jane');
    const rest = await again(fewer);
    expect(rest.resource_changes.filter(({ delinea }) => delinea.operation !== 'none')).toHaveLength(1);
    // Guards count every managed object, also those that the file leaves out.
    expect(stepsOf(rest).filter(({ kind }) => kind === 'user').length).toBe(4);
  });

  test('refuses a setting that the code changed since, and leaves out one of another object', async () => {
    const changed = after.map((declaration) =>
      ['delinea_user.jane', 'delinea_container_permissions.prod', 'delinea_user.kim'].includes(declaration.address)
        ? { ...declaration, preventDestroy: true }
        : declaration,
    );
    const errors = await errorsOf(again(plan, changed));
    expect(errors.map((error) => error.split(':')[0])).toEqual([
      'delinea_container_permissions.prod',
      'delinea_user.jane',
    ]);
    expect(errors.join()).toContain('setting_changes');
    const only = after.map((declaration) =>
      declaration.address === 'delinea_user.kim' ? { ...declaration, preventDestroy: true } : declaration,
    );
    const made = await again(plan, only);
    expect(at(made, 'delinea_user.kim').delinea.operation).toBe('none');
    expect(made.delinea.findings).toContainEqual(
      expect.objectContaining({ code: 'not_reviewed', address: 'delinea_user.kim' }),
    );
  });
});

describe('makePlan with a reviewed plan that hides something from its readers', () => {
  const allowed = 'allowed by the environment: bob@example.com would';
  let plan: Tampered;

  beforeAll(async () => {
    scenario = await openReviewedScenario({
      protectedPrincipals: ['bob@example.com'],
      allowPrincipals: ['bob@example.com'],
      allowOrphans: ['prod'],
    });
    plan = scenario.plan;
    await again(plan);
  });
  afterAll(() => bench().close());

  test.each<[string, (plan: Tampered) => void, string]>([
    ['a warning of a guard', (p) => (p.delinea.findings = []), `undefined: the file lacks a warning: ${allowed}`],
    [
      'its level',
      (p) => {
        for (const finding of p.delinea.findings) finding.level = 'note';
      },
      `undefined: the file lacks a warning: ${allowed}`,
    ],
    ['that it changes something', (p) => (p.applyable = false), 'applyable contradicts the rest of the file'],
    ['that it is complete', (p) => (p.complete = false), 'complete contradicts the rest of the file'],
    ['that it has no error', (p) => (p.errored = true), 'errored contradicts the rest of the file'],
    [
      'the name of an unchanged object',
      (p) => (at(p, 'delinea_user.kim').delinea.label = 'eve@example.com'),
      'delinea_user.kim: eve@example.com was changed since the plan was made: label',
    ],
    [
      'a value of an unchanged object',
      (p) => (at(p, 'delinea_user.kim').change.after.user_name = 'eve@example.com'),
      'delinea_user.kim: kim@example.com was changed since the plan was made: user_name',
    ],
    [
      'an unchanged object at another key',
      (p) => (at(p, 'delinea_user.kim').delinea.key = 'eve'),
      'delinea_user.kim: kim@example.com was changed since the plan was made: operation',
    ],
    [
      'an object that does not exist',
      (p) => {
        const kim = structuredClone(at(p, 'delinea_user.kim'));
        p.resource_changes.push({
          ...kim,
          address: 'delinea_user.eve',
          delinea: { ...kim.delinea, key: 'delinea_user.eve' },
        });
      },
      'delinea_user.eve: kim@example.com was changed since the plan was made: operation',
    ],
  ])('refuses a plan that hides %s', async (_, tamper, message) => {
    const tampered = copyOf(plan);
    tamper(tampered);
    expect((await errorsOf(again(tampered))).join('\n')).toContain(message);
  });

  test('refuses a plan without the container that the guards found to lose its last Owner', async () => {
    const declarations = after.filter(({ address }) => address !== 'delinea_container_permissions.prod');
    const saved: Tampered = copyOf(await bench().plan(declarations));
    expect(saved.delinea.evidence.orphans).toHaveLength(1);
    await bench().plan(declarations, { reviewed: saved });
    saved.delinea.evidence.orphans = [];
    expect(await errorsOf(bench().plan(declarations, { reviewed: saved }))).toEqual([
      'undefined: the file lacks evidence that the guards use',
    ]);
  });

  test('takes a refusal of the guards and the same one under an allowance as one', async () => {
    const refused = copyOf(plan);
    for (const finding of refused.delinea.findings) {
      finding.code = finding.code.replace('let_through', 'refused_by_guard');
      finding.message = finding.message.replace(/^allowed by the environment/, 'apply will refuse');
    }
    expect(refused.delinea.findings).toContainEqual(expect.objectContaining({ code: 'refused_by_guard' }));
    expect(effectsOf(await again(refused))).toBe(effectsOf(plan));
  });
});

describe('makePlan with a reviewed plan that was partly applied', () => {
  beforeEach(open);
  afterEach(() => bench().close());

  /** Applies the plan while the tenant refuses every write to paths with this text. */
  const applyWithout = async (plan: Plan, method: string, path: string) => {
    bench().sim.faults.set({ faults: [{ kind: 'status', status: 400, method, path }] } as never);
    const result = await bench().apply(plan);
    bench().sim.faults.clear();
    return result;
  };

  test('returns only its open steps, with ids in place of references', async () => {
    const { plan } = scenario;
    const result = await applyWithout(plan, 'POST', '/ContainerPermissions');
    expect(result.failures.length).toBeGreaterThan(0);
    expect(result.done).toBeGreaterThan(0);
    const rest = await again(plan);
    expect(rest.delinea.findings).toContainEqual(
      expect.objectContaining({ level: 'note', code: 'already_done', address: 'delinea_user.ann' }),
    );
    const applied = await bench().apply(rest);
    expect(applied).toMatchObject({ converged: true });
    const done = await again(plan);
    expect(done.applyable).toBe(false);
    expect((await bench().plan(after)).applyable).toBe(false);
  });

  test('returns a plan without steps when all is done', async () => {
    const { plan } = scenario;
    expect(await bench().apply(plan)).toMatchObject({ converged: true });
    const done = await again(plan);
    expect(done.applyable).toBe(false);
    expect(done.delinea.findings.filter(({ code }) => code === 'already_done').map(({ address }) => address)).toEqual(
      expect.arrayContaining(['delinea_user.bob', 'delinea_user.jane', 'delinea_role_binding.auditor']),
    );
  });

  test('refuses it when what was done has been undone', async () => {
    const { plan } = scenario;
    await bench().apply(plan);
    bench().sim.admin.setActive('bob@example.com', true);
    bench().sim.admin.editUser('jane@example.com', { title: 'CEO' });
    const errors = await errorsOf(again(plan));
    expect(errors.join('\n')).toMatch(
      /delinea_user\.bob: bob@example\.com: the plan has deactivate, and .* give no change/,
    );
    expect(errors.join('\n')).toContain(
      'delinea_user.jane: jane@example.com was changed since the plan was made: title',
    );
  });
});
