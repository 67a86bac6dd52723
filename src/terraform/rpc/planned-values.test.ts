import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { snakeCase } from '../../provider/index.js';
import { isWhollyKnown, type ObjectValue, sameValue, UNKNOWN, type Value } from '../values/value.js';
import { plannedValues } from './planned-values.js';
import { appliedState } from './states.js';
import { filled, names, permission, user, userConfig, userState } from './user-values.fixture.js';

const jane = { id: '1', user_name: 'jane@example.com', adopt: 'whenEqual', on_removal: 'deactivate' };
const plan = (prior: ObjectValue | undefined, config: ObjectValue) => plannedValues(user, prior, config, names);
const planned = async (prior: Record<string, Value>, config: Record<string, Value>) => {
  const given = { user_name: 'jane@example.com', ...config };
  return plan(filled(user, { ...jane, ...prior }), filled(user, given));
};

describe('attribute', () => {
  const primary = (value: string, is: boolean | null = null) => ({ value, primary: is });
  test.each<[string, string, Value, Value, Value]>([
    ['unchanged', 'title', 'Ops', 'Ops', 'Ops'],
    ['changed', 'title', 'Ops', 'ops', 'ops'],
    ['unset', 'title', 'Ops', null, 'Ops'],
    ['cleared', 'title', 'Ops', '', ''],
    ['cleared without a prior value', 'title', null, '', ''],
    ['unknown', 'title', 'Ops', UNKNOWN, UNKNOWN],
    ['name in another case', 'user_name', 'jane@example.com', 'Jane@Example.com', 'jane@example.com'],
    ['default, unset', 'on_removal', 'retain', null, 'deactivate'],
    ['setting, unset', 'reactivate', 'T-1', null, 'T-1'],
    ['empty list without a prior value', 'emails', null, [], []],
    ['list, unset', 'emails', [primary('a')], null, [primary('a')]],
    [
      'list in another order and case',
      'emails',
      [primary('a'), primary('b')],
      [primary('B'), primary('A')],
      [primary('a'), primary('b')],
    ],
    [
      'other primary element',
      'emails',
      [primary('a', true), primary('b')],
      [primary('a'), primary('b', true)],
      [primary('a'), primary('b', true)],
    ],
    ['element with fewer fields', 'emails', [primary('a', true)], [primary('a')], [primary('a', true)]],
    [
      'unknown element',
      'emails',
      [primary('a')],
      [{ value: UNKNOWN, primary: true }],
      [{ value: UNKNOWN, primary: true }],
    ],
  ])('%s: plans the expected value', async (_, name, was, configured, becomes) => {
    const { state, changed } = await planned({ [name]: was }, { [name]: configured });
    expect(state[name]).toEqual(becomes);
    expect(changed).toBe(!sameValue(becomes, was));
  });

  test('unset on create: unknown, except for settings', async () => {
    const { state, changed } = await plan(undefined, filled(user, { user_name: 'jane@example.com' }));
    expect(state).toMatchObject({ id: UNKNOWN, title: UNKNOWN, emails: UNKNOWN, adopt: 'whenEqual', reactivate: null });
    expect(changed).toBe(true);
  });
});

describe('permission', () => {
  const edge = { container: 'prod', principal_type: 'user', principal_id: '7', right: 'View', on_removal: 'revoke' };
  const change = (to: Record<string, Value>) =>
    plannedValues(permission, filled(permission, { ...edge, id: '3' }), filled(permission, { ...edge, ...to }), names);

  test('changed right: updates in place and makes the id unknown', async () => {
    const { state, replace } = await change({ right: 'Owner' });
    expect([state.id, state.right, replace]).toEqual([UNKNOWN, 'Owner', []]);
  });

  test('other name of the same container, or a setting: keeps the id', async () => {
    const { state, replace } = await change({ container: '1', on_removal: 'retain' });
    expect([state.id, state.container, state.on_removal, replace]).toEqual(['3', 'prod', 'retain', []]);
  });

  test('changed container or principal: requires a replacement', async () => {
    const { replace } = await change({ container: 'stage', principal_id: UNKNOWN });
    expect(replace).toEqual(['container', 'principal_id']);
  });
});

describe('consent', () => {
  const off = { active: false, reactivate: 'T-1' };

  test('new: enables a disabled account whose active is not configured', async () => {
    expect((await planned(off, { reactivate: 'T-2' })).state.active).toBe(true);
  });

  test('used before, or active = false configured: enables nothing', async () => {
    expect((await planned(off, { reactivate: 'T-1' })).state.active).toBe(false);
    expect((await planned(off, { reactivate: 'T-2', active: false })).state.active).toBe(false);
  });

  test('unknown: makes active unknown', async () => {
    expect((await planned(off, { reactivate: UNKNOWN })).state.active).toBe(UNKNOWN);
  });
});

describe('any configuration', () => {
  const states = fc.option(userState, { nil: undefined });

  test('second plan: equals the first, and each known value is the configured or the prior one', () =>
    fc.assert(
      fc.asyncProperty(states, userConfig(true), async (prior, config) => {
        const first = await plan(prior, config);
        expect(await plan(prior, config)).toEqual(first);
        for (const [name, says] of Object.entries(config)) {
          if (says === null) continue;
          const allowed = isWhollyKnown(says) ? [says, prior?.[name] ?? null] : [says];
          expect(allowed).toContainEqual(first.state[name]);
        }
      }),
    ));

  test('plan during apply: known values do not change when unknown ones become known', () =>
    fc.assert(
      fc.asyncProperty(states, userConfig(true), userConfig(), async (prior, config, known) => {
        const later: ObjectValue = Object.fromEntries(
          Object.entries(config).map(([name, says]): [string, Value] => [name, says === UNKNOWN ? known[name]! : says]),
        );
        const [before, after] = [await plan(prior, config), await plan(prior, later)];
        for (const [name, value] of Object.entries(before.state)) {
          if (isWhollyKnown(value)) expect([name, after.state[name]]).toEqual([name, value]);
        }
      }),
    ));

  test('plan after apply: has no changes', () =>
    fc.assert(
      fc.asyncProperty(states, userConfig(), async (prior, config) => {
        const first = await plan(prior, config);
        const values = { userName: 'jane@example.com', active: true };
        const state = appliedState(user, first.state, config, { id: '1', values });
        expect(Object.values(state).every(isWhollyKnown)).toBe(true);
        expect(await plan(state, config)).toEqual({ state, replace: [], changed: false });
      }),
    ));
});

test('planned state: has every attribute of a user', async () => {
  const { state } = await plan(undefined, filled(user, { user_name: 'jane@example.com' }));
  expect(Object.keys(state).sort()).toEqual(user.attributes.map(({ name }) => snakeCase(name)).sort());
});
