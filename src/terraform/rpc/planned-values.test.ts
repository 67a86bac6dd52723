import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { snakeCase } from '../../provider/index.js';
import { isWhollyKnown, type ObjectValue, sameValue, UNKNOWN, type Value } from '../values/value.js';
import { plannedValues } from './planned-values.js';
import { stateAfter } from './states.js';
import { filled, names, permission, user, userConfig, userState } from './user-values.fixture.js';

const jane = { id: '1', user_name: 'jane@example.com', adopt: 'whenEqual', on_removal: 'deactivate' };
const plan = (prior: ObjectValue | undefined, config: ObjectValue) => plannedValues(user, prior, config, names);
const planned = async (prior: Record<string, Value>, config: Record<string, Value>) => {
  const given = { user_name: 'jane@example.com', ...config };
  return plan(filled(user, { ...jane, ...prior }), filled(user, given));
};

describe('of an attribute', () => {
  const primary = (value: string, is: boolean | null = null) => ({ value, primary: is });
  test.each<[string, string, Value, Value, Value]>([
    ['that says what it said', 'title', 'Ops', 'Ops', 'Ops'],
    ['with another value', 'title', 'Ops', 'ops', 'ops'],
    ['taken out of code', 'title', 'Ops', null, 'Ops'],
    ['cleared', 'title', 'Ops', '', ''],
    ['cleared where nothing was', 'title', null, '', ''],
    ['not known yet', 'title', 'Ops', UNKNOWN, UNKNOWN],
    ['that is a name in another case', 'user_name', 'jane@example.com', 'Jane@Example.com', 'jane@example.com'],
    ['with a default, taken out of code', 'on_removal', 'retain', null, 'deactivate'],
    ['that is a setting, taken out of code', 'reactivate', 'T-1', null, 'T-1'],
    ['that is an empty list and was none', 'emails', null, [], []],
    ['taken out of code that is a list', 'emails', [primary('a')], null, [primary('a')]],
    [
      'in another order and case',
      'emails',
      [primary('a'), primary('b')],
      [primary('B'), primary('A')],
      [primary('a'), primary('b')],
    ],
    [
      'whose primary moved',
      'emails',
      [primary('a', true), primary('b')],
      [primary('a'), primary('b', true)],
      [primary('a'), primary('b', true)],
    ],
    ['that says less of an element', 'emails', [primary('a', true)], [primary('a')], [primary('a', true)]],
    [
      'with an element not known yet',
      'emails',
      [primary('a')],
      [{ value: UNKNOWN, primary: true }],
      [{ value: UNKNOWN, primary: true }],
    ],
  ])('%s', async (_, name, was, says, becomes) => {
    const { state, changed } = await planned({ [name]: was }, { [name]: says });
    expect(state[name]).toEqual(becomes);
    expect(changed).toBe(!sameValue(becomes, was));
  });

  test('unset on create is what the service makes of it, but for settings', async () => {
    const { state, changed } = await plan(undefined, filled(user, { user_name: 'jane@example.com' }));
    expect(state).toMatchObject({ id: UNKNOWN, title: UNKNOWN, emails: UNKNOWN, adopt: 'whenEqual', reactivate: null });
    expect(changed).toBe(true);
  });
});

describe('of an edge', () => {
  const edge = { container: 'prod', principal_type: 'user', principal_id: '7', right: 'View', on_removal: 'revoke' };
  const change = (to: Record<string, Value>) =>
    plannedValues(permission, filled(permission, { ...edge, id: '3' }), filled(permission, { ...edge, ...to }), names);

  test('another right is another id in place', async () => {
    const { state, replace } = await change({ right: 'Owner' });
    expect([state.id, state.right, replace]).toEqual([UNKNOWN, 'Owner', []]);
  });

  test('another spelling of its container is none, and neither is a setting', async () => {
    const { state, replace } = await change({ container: '1', on_removal: 'retain' });
    expect([state.id, state.container, state.on_removal, replace]).toEqual(['3', 'prod', 'retain', []]);
  });

  test('another end is another edge', async () => {
    const { replace } = await change({ container: 'stage', principal_id: UNKNOWN });
    expect(replace).toEqual(['container', 'principal_id']);
  });
});

describe('a consent', () => {
  const off = { active: false, reactivate: 'T-1' };

  test('that is new enables a disabled account of which code says nothing else', async () => {
    expect((await planned(off, { reactivate: 'T-2' })).state.active).toBe(true);
  });

  test('that was there already, or that code contradicts, does not', async () => {
    expect((await planned(off, { reactivate: 'T-1' })).state.active).toBe(false);
    expect((await planned(off, { reactivate: 'T-2', active: false })).state.active).toBe(false);
  });

  test('that is not known yet leaves open whether it does', async () => {
    expect((await planned(off, { reactivate: UNKNOWN })).state.active).toBe(UNKNOWN);
  });
});

describe('whatever is written', () => {
  const states = fc.option(userState, { nil: undefined });

  test('a second plan is the first, and every known value is the code’s or the whole earlier one', () =>
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

  test('what was known when it was planned is the same when it is applied and more is known', () =>
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

  test('after an apply there is nothing left to change', () =>
    fc.assert(
      fc.asyncProperty(states, userConfig(), async (prior, config) => {
        const first = await plan(prior, config);
        const values = { userName: 'jane@example.com', active: true };
        const state = stateAfter(user, first.state, config, { id: '1', values });
        expect(Object.values(state).every(isWhollyKnown)).toBe(true);
        expect(await plan(state, config)).toEqual({ state, replace: [], changed: false });
      }),
    ));
});

test('every attribute of a user is planned', async () => {
  const { state } = await plan(undefined, filled(user, { user_name: 'jane@example.com' }));
  expect(Object.keys(state).sort()).toEqual(user.attributes.map(({ name }) => snakeCase(name)).sort());
});
