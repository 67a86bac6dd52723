import { afterEach, describe, expect, test } from '@jest/globals';
import { userOf } from '../../../test/support/assert/facts.js';
import { declared, grant, group, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { inlineLiterals } from './resolve-references.js';

let bench: Workbench | undefined;
afterEach(() => bench?.close());

const jane = user('jane', { title: 'Cook' });

describe('inlineLiterals', () => {
  test('replaces a reference to a literal, and keeps a reference to an id', () => {
    const tom = user('tom', {
      title: { ref: jane.address, attribute: 'title' },
      manager: { ref: jane.address, attribute: 'id' },
    });
    const [, resolved] = inlineLiterals([jane, tom]);
    expect(resolved!.values).toMatchObject({ title: 'Cook', manager: { ref: jane.address, attribute: 'id' } });
  });

  test('refuses a reference to a value that is not a literal, at its path in snake_case', () => {
    const tom = user('tom', { displayName: { ref: jane.address, attribute: 'displayName' } });
    expect(() => inlineLiterals([jane, tom])).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        path: 'delinea_user.tom.display_name',
        message: 'delinea_user.jane.display_name has no literal value in this stack',
      }),
    );
  });
});

describe('resolveAll', () => {
  test('an unknown id is an error at its path, with a remedy', async () => {
    bench = await openWorkbench({ data: { containers: ['prod'] } });
    const edge = declared('container-permission', 'g', {
      container: 'prod',
      principalType: 'user',
      principalId: 'no-such-id',
      right: 'View',
    });
    await expect(bench.plan([edge])).rejects.toMatchObject({
      code: 'unknown_name',
      path: 'delinea_container_permission.g.principal_id',
      remedy: [{ kind: 'refer', resource: 'user' }],
    });
  });

  test('a declaration that refers to one with an error is skipped', async () => {
    bench = await openWorkbench({
      data: { containers: ['prod'], users: [{ userName: 'jane@example.com', title: 'Chef', active: false }] },
      provider: { routing: [{ kind: 'user', surface: 'platform-scim' }] },
    });
    const kim = user('kim');
    const plan = await bench.plan([kim, group('sre', { members: [{ ref: kim.address, attribute: 'id' }] })]);
    expect(plan.delinea.findings).toContainEqual(
      expect.objectContaining({
        code: 'skipped',
        address: 'delinea_group.sre.members',
        message: 'skipped: delinea_user.kim has an error',
      }),
    );
  });

  test('declarations that refer to a skipped one are skipped as well, in any order', async () => {
    bench = await openWorkbench({
      data: { containers: ['prod'] },
      provider: { routing: [{ kind: 'user', surface: 'platform-scim' }] },
    });
    const kim = user('kim');
    const inner = group('inner', { members: [{ ref: kim.address, attribute: 'id' }] });
    const middle = group('middle', { members: [{ ref: inner.address, attribute: 'id' }] });
    const outer = group('outer', { members: [{ ref: middle.address, attribute: 'id' }] });
    const plan = await bench.plan([grant('g', 'prod', outer, 'Owner'), outer, middle, inner, kim, group('free')]);
    expect(plan.resource_changes.map(({ address }) => address)).toEqual(['delinea_group.free']);
    expect(plan.delinea.findings.filter(({ code }) => code === 'skipped').map(({ address }) => address)).toEqual([
      'delinea_container_permission.g.principal_id',
      'delinea_group.inner.members',
      'delinea_group.middle.members',
      'delinea_group.outer.members',
    ]);
  });

  test('a principal of the wrong kind is an error of the stack', async () => {
    bench = await openWorkbench({ data: { containers: ['prod'] }, provider: { retries: 0 } });
    const edge = grant('g', 'prod', group('sre'), 'View', { principalType: 'user' });
    await expect(bench.plan([group('sre'), edge])).rejects.toMatchObject({
      code: 'stack_invalid',
      message: 'delinea_group.sre is a group, not a user',
    });
  });

  test('a member that is listed twice, by id and by reference, is one member', async () => {
    bench = await openWorkbench();
    await bench.converge([jane]);
    const { id } = userOf(bench.sim.state(), 'jane');
    const plan = await bench.plan([jane, group('sre', { members: [id, { ref: jane.address, attribute: 'id' }] })]);
    const change = plan.resource_changes.find(({ address }) => address === 'delinea_group.sre');
    expect(change?.delinea.desired.members).toEqual([id]);
  });
});
