import { describe, expect, test } from '@jest/globals';
import { stepOf } from '../guard/steps.fixture.js';
import type { Operation, Step } from '../model/plan.js';
import { StepEffects } from './step-effects.js';
import type { Grant } from './tenant-access.js';

const ref = (address: string) => ({ ref: address, attribute: 'id' });
const ends = (principalId: string, container = '7') => ({ container, principalType: 'user', principalId });
const grant = (id: string, right: string): Grant => ({
  kind: 'container-permission',
  id: `e-${id}`,
  principal: { kind: 'user', id },
  scope: { kind: 'container', id: '7' },
  rights: { right },
});

describe('grants after the steps of a plan', () => {
  const live = [grant('jane', 'Owner'), grant('tom', 'View')];
  const permission = (operation: Operation, more: Partial<Step>) =>
    stepOf('container-permission', operation, { key: 'p', ...more });
  const planned = (steps: readonly Step[], adds: Parameters<StepEffects['grants']>[1] = () => true) =>
    new StepEffects(steps, () => undefined)
      .grants(live, adds)
      .map(({ id, principal, rights }) => [id, principal.id, rights.right]);
  const same = [
    ['e-jane', 'jane', 'Owner'],
    ['e-tom', 'tom', 'View'],
  ];

  test('equal the live grants when no step changes them', () => {
    expect(planned([])).toEqual(same);
    expect(planned([permission('revoke', { before: ends('ann') })])).toEqual(same);
    expect(planned([permission('revoke', { before: ends('jane', '8') })])).toEqual(same);
    expect(planned([stepOf('role-binding', 'revoke', { key: 'r', before: { ...ends('jane'), role: '7' } })])).toEqual(
      same,
    );
  });

  test.each<[Operation, unknown]>([
    ['revoke', [same[1]]],
    ['delete', [same[1]]],
    ['forget', same],
    ['record', same],
    ['none', same],
  ])('%s of one', (operation, expected) => {
    expect(planned([permission(operation, { before: { ...ends('jane'), right: 'Owner' } })])).toEqual(expected);
  });

  test.each<Operation>(['none', 'record', 'adopt', 'forget'])(
    '%s keeps the live grant when it changed since the plan',
    (operation) => {
      const step = permission(operation, { before: ends('tom'), desired: { ...ends('tom'), right: 'Owner' } });
      expect(planned([step])).toEqual(same);
    },
  );

  test('a replaced grant has the new right, and keeps the rights that no step mentions', () => {
    const before = { ...ends('jane'), right: 'Owner' };
    const step = permission('replace', { id: 'e-jane', before, desired: { right: 'View' } });
    expect(planned([step])).toEqual([['e-jane', 'jane', 'View'], same[1]]);
    const listed = { ...grant('jane', 'Owner'), rights: { right: 'Owner', secretRight: 'List' } };
    const [after] = new StepEffects([step], () => undefined).grants([listed], () => true);
    expect(after?.rights).toEqual({ right: 'View', secretRight: 'List' });
  });

  test('a created grant is included if the caller wants it', () => {
    const desired = { container: '7', principalType: 'user', principalId: ref('delinea_user.ann'), right: 'Owner' };
    const given = permission('create', { key: 'delinea_container_permission.p', desired });
    expect(planned([given])).toEqual([...same, ['delinea_container_permission.p', 'delinea_user.ann', 'Owner']]);
    expect(planned([given], ({ scope }) => scope.id === '8')).toEqual(same);
    expect(planned([given], ({ principal }) => principal.id === 'delinea_user.ann')).toHaveLength(3);
    expect(planned([given], (_, { operation }) => operation === 'update')).toEqual(same);
  });

  test('a grant that appeared since its creation was planned has the declared right', () => {
    const created = permission('create', { desired: { ...ends('jane'), right: 'View' } });
    expect(planned([created])).toEqual([['p', 'jane', 'View'], same[1]]);
  });
});
