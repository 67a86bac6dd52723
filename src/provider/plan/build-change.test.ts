import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { declared, grant, group, idOf, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Declaration } from '../model/declaration.js';
import type { PlanInput } from './plan-context.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'], users: [{ userName: 'tom@example.com' }] } });
});
afterEach(() => bench.close());

const jane = user('jane');
const entryOf = async (declaration: Declaration, others: readonly Declaration[] = [], input: Partial<PlanInput> = {}) =>
  (await bench.plan([...others, declaration], input)).resource_changes.find(
    ({ address }) => address === declaration.address,
  )!;

test('buildChange: a member who does not exist yet is unknown in Terraform, and a reference in the step', async () => {
  const { change, delinea } = await entryOf(group('sre', { members: [idOf(jane), idOf(user('tom'))] }), [
    jane,
    user('tom'),
  ]);
  expect(change.after?.members).toEqual([null, expect.any(String)]);
  expect(change.after_unknown).toEqual({ id: true, members: [true, false] });
  expect(delinea.desired.members).toEqual([idOf(jane), expect.any(String)]);
});

test('buildChange: an adopted object shows as an import without a change', async () => {
  const { change, delinea } = await entryOf(user('tom'));
  expect([delinea.operation, change.actions]).toEqual(['adopt', ['no-op']]);
  expect(change.importing).toEqual({ id: delinea.id });
  expect(change.before).toEqual(change.after);
});

test('buildChange: a moved object has its previous address', async () => {
  await bench.converge([jane]);
  const moved = declared('user', 'other', { userName: 'jane@example.com' });
  expect((await entryOf(moved)).previous_address).toBe(jane.address);
});

test('buildChange: an equal name in another case is not a difference between before and after', async () => {
  await bench.converge([jane]);
  const { change } = await entryOf(user('jane', { userName: 'JANE@example.com', title: 'Cook' }));
  expect([change.before?.user_name, change.after?.user_name]).toEqual(['JANE@example.com', 'JANE@example.com']);
  expect([change.before?.title ?? null, change.after?.title]).toEqual([null, 'Cook']);
});

test('buildChange: a container shows as the code names it, and its step has the id', async () => {
  const { change, delinea } = await entryOf(grant('g', 'PROD', user('tom'), 'Owner'), [user('tom')]);
  expect(change.after?.container).toBe('PROD');
  expect(delinea.desired.container).not.toBe('PROD');
  expect(delinea.label).toBe('Owner of tom@example.com on prod');
});

test('buildChange: a replaced right has a new id and keeps its address', async () => {
  const edge = (right: string) => grant('g', 'prod', user('tom'), right);
  await bench.converge([user('tom'), edge('View')]);
  const { change, delinea } = await entryOf(edge('Edit'), [user('tom')]);
  expect([delinea.changed, change.before?.right, change.after?.right]).toEqual([['right'], 'View', 'Edit']);
  expect('id' in change.after_unknown).toBe(delinea.operation === 'replace');
});

test('buildChange: the step of a declared object has its removal settings and no settings in its values', async () => {
  const { delinea } = await entryOf(group('sre', { onRemoval: 'retain', ...membersOf(user('tom')) }), [user('tom')]);
  expect(delinea.onRemoval).toBe('retain');
  expect(Object.keys(delinea.desired).sort()).toEqual(['displayName', 'members']);
});
