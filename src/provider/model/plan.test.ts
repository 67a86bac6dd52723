import { expect, test } from '@jest/globals';
import { buildEntry } from '../plan/build-entry.js';
import { DelineaError } from './errors.js';
import {
  ACTION_OF,
  addressFields,
  countChanges,
  findingToError,
  type Operation,
  type Plan,
  pendingChanges,
  stepsOf,
  toFinding,
} from './plan.js';

const entry = (operation: Operation, more = {}) =>
  buildEntry(
    `delinea_user.${operation}`,
    { key: operation, kind: 'user', surface: 's', operation, label: operation, before: {}, ...more },
    { before: null, after: null },
  );
const all = (Object.keys(ACTION_OF) as Operation[]).map((operation) => entry(operation));
const plan = (changes = all, more = {}) =>
  ({ timestamp: '1', resource_changes: changes, delinea: { stack: 'a', tenant: 't' }, ...more }) as unknown as Plan;

test('pendingChanges: leaves out unchanged and recorded objects', () => {
  expect(pendingChanges(plan()).map(({ delinea }) => delinea.operation)).toEqual(
    all.map(({ delinea }) => delinea.operation).filter((operation) => !['none', 'record'].includes(operation)),
  );
});

test('countChanges: counts by the action of Terraform', () => {
  expect(countChanges(plan())).toEqual({ add: 1, change: 4, destroy: 3, adopt: 1, forget: 1 });
});

test('stepsOf: returns the steps of the edges in place of their set', () => {
  const edge = entry('revoke').delinea;
  expect(stepsOf(plan([entry('update', { edgeSteps: [edge] }), entry('create')])).map(({ key }) => key)).toEqual([
    'revoke',
    'create',
  ]);
});

test('addressFields: keeps dots in the name', () => {
  expect(addressFields('delinea_container_permission.a.b', 'container-permission')).toMatchObject({
    type: 'delinea_container_permission',
    name: 'a.b',
    mode: 'managed',
  });
});

test('toFinding and toError: keep code, message, hint and remedies, and the path as the address', () => {
  const remedy = { kind: 'consent', account: 'jane' } as const;
  const error = new DelineaError('consent_missing', 'no', { hint: 'Ask.', remedy });
  const finding = toFinding(error, 'delinea_user.jane');
  expect(finding).toEqual({
    level: 'error',
    code: 'consent_missing',
    address: 'delinea_user.jane',
    message: 'no',
    hint: 'Ask.',
    remedy: [remedy],
  });
  expect(toFinding(error.at('delinea_user.jane.active'), 'x').address).toBe('delinea_user.jane.active');
  expect(findingToError(finding)).toMatchObject({
    code: 'consent_missing',
    path: 'delinea_user.jane',
    remedy: [remedy],
  });
});
