import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keyText } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import { resourceOf } from '../resources/index.js';
import { nameOfStep, ownedByState, redeclaredName } from './owned-by-state.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

const group = { resource: resourceOf('group'), state: { id: '7', displayName: 'sre', members: ['u1', 'u2'] } };

test('owned by state: an object with the members and the correlation key of its private state', async () => {
  const privateState = { managedMembers: { members: ['u1'] }, correlation: 'hr-1' };
  const owned = await ownedByState(await bench.read(), { ...group, privateState });
  expect(owned).toMatchObject([
    { kind: 'group', id: '7', managedMembers: { members: ['u1'] }, correlation: 'hr-1', address: 'delinea_group.sre' },
  ]);
});

test('owned by state: every edge when the state is that of a set, identified by its ends', async () => {
  const reader = await bench.read();
  const edge = resourceOf('container-permission');
  const { id } = bench.sim.state().containers[0]!;
  const grants = ['u1', 'u2'].map((principalId) => ({ principalType: 'user', principalId, right: 'View' }));
  const state = { id: 'other', container: 'prod', grants };
  const owned = await ownedByState(reader, { resource: resourceOf('container-permissions'), state });
  expect(owned).toMatchObject(
    ['u1', 'u2'].map((principalId) => ({
      kind: 'container-permission',
      key: { container: id, principalType: 'user', principalId },
      id: keyText(edge, { container: id, principalType: 'user', principalId }),
    })),
  );
});

test('owned by state: refused when the kind is routed to a surface with other ids', async () => {
  const homes = { group: 'scim-cloud' };
  await expect(ownedByState(await bench.read(), { ...group, privateState: { homes } })).rejects.toMatchObject({
    code: 'incomplete_response',
    message: expect.stringMatching(/^group sre: the state has ids of the .*, but groups are routed to the /),
  });
});

test('owned by state: a step has no name while an end of its edge is not known', () => {
  const known = { container: '1', principalType: 'user', principalId: 'u1' };
  const named = (desired: object) =>
    nameOfStep({ kind: 'container-permission', before: {}, desired } as unknown as Step);
  expect(named(known)).toBeDefined();
  expect(named({ ...known, principalId: { ref: 'delinea_user.jane', attribute: 'id' } })).toBeUndefined();
  expect(named({ ...known, principalId: undefined })).toBeUndefined();
});

test('owned by state: a declared object is recognised by its id too, and an edge by its ends', () => {
  expect(redeclaredName({ kind: 'group', id: '7' }, 'group sre')).toBe('group sre 7');
  expect(redeclaredName({ kind: 'container-permission', id: '7' }, 'ends')).toBe('ends');
});
