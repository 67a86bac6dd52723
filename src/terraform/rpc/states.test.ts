import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valuesOf } from '../values/attributes.js';
import { type ObjectValue, UNKNOWN, type Value } from '../values/value.js';
import { plannedValues } from './planned-values.js';
import { appliedState, importedState, refreshedState } from './states.js';
import { filled, names, permission, user, userState } from './user-values.fixture.js';

const liveOf = (state: ObjectValue) => ({ id: '1', values: valuesOf(user.attributes, state) });
const read = (prior: Record<string, Value>, values: Record<string, unknown>) =>
  refreshedState(user, filled(user, { id: '1', ...prior }), { id: '1', values }, names);

describe('refreshed state', () => {
  test.each<[string, string, Value, unknown, Value]>([
    ['changed value', 'title', 'Ops', 'Boss', 'Boss'],
    ['removed value', 'title', 'Ops', undefined, null],
    ['new value', 'title', null, 'Boss', 'Boss'],
    ['value cleared by the configuration', 'title', '', undefined, ''],
    ['empty text without a prior value', 'title', null, '', null],
    ['name in another case', 'userName', 'Jane@example.com', 'jane@example.com', 'Jane@example.com'],
    ['setting', 'reactivate', 'T-1', undefined, 'T-1'],
    [
      'element with more fields than configured',
      'emails',
      [{ value: 'a', primary: null }],
      [{ value: 'A', primary: true, type: 'work' }],
      [{ value: 'a', primary: null }],
    ],
    [
      'other primary element',
      'emails',
      [{ value: 'a', primary: true }],
      [{ value: 'a', primary: false }],
      [{ value: 'a', primary: false }],
    ],
    ['empty list', 'emails', [], undefined, []],
  ])('%s: has the expected spelling', async (_, name, was, live, becomes) => {
    const key = name === 'userName' ? 'user_name' : name;
    expect((await read({ [key]: was }, { [name]: live }))[key]).toEqual(becomes);
  });

  test('container: keeps the prior spelling', async () => {
    const edge = filled(permission, { id: '3', container: 'prod', right: 'View' });
    const live = { id: '4', values: { container: '1', right: 'Owner' } };
    expect(await refreshedState(permission, edge, live, names)).toMatchObject({
      id: '4',
      container: 'prod',
      right: 'Owner',
    });
  });

  test('no change: equals the prior state, however the service spells it', () =>
    fc.assert(
      fc.asyncProperty(userState, async (prior) => {
        const { values } = liveOf(prior);
        const emails = (values.emails as { value: string }[] | undefined) ?? [];
        const spelled = {
          ...values,
          userName: String(values.userName).toUpperCase(),
          emails: emails.map((one) => ({ ...one, value: one.value.toUpperCase(), type: 'work' })).reverse(),
        };
        expect(await refreshedState(user, prior, liveOf(prior), names)).toEqual(prior);
        expect(await refreshedState(user, prior, { id: '1', values: spelled }, names)).toEqual(prior);
      }),
    ));
});

describe('applied state', () => {
  const live = {
    id: '9',
    values: { userName: 'jane@example.com', title: 'Boss', emails: [{ value: 'a-9', primary: true }] },
  };

  test('planned values: stay; unset ones come from the live object', () => {
    const planned = filled(user, { id: UNKNOWN, title: UNKNOWN, user_name: 'Jane@example.com', department: UNKNOWN });
    expect(appliedState(user, planned, filled(user, { user_name: 'Jane@example.com' }), live)).toMatchObject({
      id: '9',
      user_name: 'Jane@example.com',
      title: 'Boss',
      department: null,
    });
  });

  test('id: comes from the tenant, whatever is configured', () => {
    const planned = filled(user, { id: UNKNOWN });
    expect(appliedState(user, planned, filled(user, { id: 'jane' }), { id: '9', values: {} })).toMatchObject({
      id: '9',
    });
  });

  test('value unknown in the plan: comes from the configuration, without fields that the service adds', () => {
    const planned = filled(user, { emails: [{ value: UNKNOWN, primary: null }], title: UNKNOWN });
    const config = filled(user, { emails: [{ value: 'A-9', primary: null }], title: 'boss' });
    expect(appliedState(user, planned, config, live)).toMatchObject({
      emails: [{ value: 'A-9', primary: null }],
      title: 'boss',
    });
  });
});

describe('imported state', () => {
  test('content: all live values, empty instead of absent, and settings from the import or the defaults', () => {
    const live = { id: '1', values: { userName: 'jane@example.com', onRemoval: 'retain' } };
    expect(importedState(user, live)).toMatchObject({
      id: '1',
      user_name: 'jane@example.com',
      title: '',
      emails: [],
      active: null,
      adopt: 'whenEqual',
      on_removal: 'retain',
    });
  });

  test('configuration equal to the live object, or unset: plans no change', () =>
    fc.assert(
      fc.asyncProperty(userState, fc.func(fc.boolean()), async (state, isWritten) => {
        const config = Object.fromEntries(
          Object.entries(state).map(([name, value]) => [name, name === 'user_name' || isWritten(name) ? value : null]),
        );
        const { previous_names, reactivate, adopt, on_removal, ...rest } = config;
        const settings = { previous_names: null, reactivate: null, adopt: null, on_removal: null };
        const written = { ...rest, ...settings, id: null };
        const { changed } = await plannedValues(
          user,
          importedState(user, liveOf({ ...state, ...settings })),
          written,
          names,
        );
        expect(changed).toBe(false);
      }),
    ));
});
