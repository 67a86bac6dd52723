import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valuesOf } from '../values/attributes.js';
import { type ObjectValue, UNKNOWN, type Value } from '../values/value.js';
import { plannedValues } from './planned-values.js';
import { stateAfter, stateFound, stateRead } from './states.js';
import { filled, names, permission, user, userState } from './user-values.fixture.js';

const liveOf = (state: ObjectValue) => ({ id: '1', values: valuesOf(user.attributes, state) });
const read = (prior: Record<string, Value>, values: Record<string, unknown>) =>
  stateRead(user, filled(user, { id: '1', ...prior }), { id: '1', values }, names);

describe('read', () => {
  test.each<[string, string, Value, unknown, Value]>([
    ['another value', 'title', 'Ops', 'Boss', 'Boss'],
    ['nothing where something was', 'title', 'Ops', undefined, null],
    ['something where nothing was', 'title', null, 'Boss', 'Boss'],
    ['nothing where code cleared it', 'title', '', undefined, ''],
    ['an empty text where nothing was', 'title', null, '', null],
    ['a name in another case', 'userName', 'Jane@example.com', 'jane@example.com', 'Jane@example.com'],
    ['a setting, of which nothing lives', 'reactivate', 'T-1', undefined, 'T-1'],
    [
      'more of an element than code says',
      'emails',
      [{ value: 'a', primary: null }],
      [{ value: 'A', primary: true, type: 'work' }],
      [{ value: 'a', primary: null }],
    ],
    [
      'another primary',
      'emails',
      [{ value: 'a', primary: true }],
      [{ value: 'a', primary: false }],
      [{ value: 'a', primary: false }],
    ],
    ['nobody where there was nobody', 'emails', [], undefined, []],
  ])('%s', async (_, name, was, live, becomes) => {
    const key = name === 'userName' ? 'user_name' : name;
    expect((await read({ [key]: was }, { [name]: live }))[key]).toEqual(becomes);
  });

  test('keeps the spelling of a container', async () => {
    const edge = filled(permission, { id: '3', container: 'prod', right: 'View' });
    const live = { id: '4', values: { container: '1', right: 'Owner' } };
    expect(await stateRead(permission, edge, live, names)).toMatchObject({
      id: '4',
      container: 'prod',
      right: 'Owner',
    });
  });

  test('gives the earlier state back where nothing changed, however the service spells it', () =>
    fc.assert(
      fc.asyncProperty(userState, async (prior) => {
        const { values } = liveOf(prior);
        const emails = (values.emails as { value: string }[] | undefined) ?? [];
        const spelled = {
          ...values,
          userName: String(values.userName).toUpperCase(),
          emails: emails.map((one) => ({ ...one, value: one.value.toUpperCase(), type: 'work' })).reverse(),
        };
        expect(await stateRead(user, prior, liveOf(prior), names)).toEqual(prior);
        expect(await stateRead(user, prior, { id: '1', values: spelled }, names)).toEqual(prior);
      }),
    ));
});

describe('after an apply', () => {
  const live = {
    id: '9',
    values: { userName: 'jane@example.com', title: 'Boss', emails: [{ value: 'a-9', primary: true }] },
  };

  test('what was known stays, what nobody said is as it lives', () => {
    const planned = filled(user, { id: UNKNOWN, title: UNKNOWN, user_name: 'Jane@example.com', department: UNKNOWN });
    expect(stateAfter(user, planned, filled(user, { user_name: 'Jane@example.com' }), live)).toMatchObject({
      id: '9',
      user_name: 'Jane@example.com',
      title: 'Boss',
      department: null,
    });
  });

  test("the id is the tenant's, whatever code says", () => {
    const planned = filled(user, { id: UNKNOWN });
    expect(stateAfter(user, planned, filled(user, { id: 'jane' }), { id: '9', values: {} })).toMatchObject({ id: '9' });
  });

  test('what was not known yet is what code says by now, and nothing of what the service adds to an element', () => {
    const planned = filled(user, { emails: [{ value: UNKNOWN, primary: null }], title: UNKNOWN });
    const config = filled(user, { emails: [{ value: 'A-9', primary: null }], title: 'boss' });
    expect(stateAfter(user, planned, config, live)).toMatchObject({
      emails: [{ value: 'A-9', primary: null }],
      title: 'boss',
    });
  });
});

describe('found by an import', () => {
  test('it has everything that lives, nothing as empty, and settings by their defaults or as the import says', () => {
    const live = { id: '1', values: { userName: 'jane@example.com', onRemoval: 'retain' } };
    expect(stateFound(user, live)).toMatchObject({
      id: '1',
      user_name: 'jane@example.com',
      title: '',
      emails: [],
      active: null,
      adopt: 'whenEqual',
      on_removal: 'retain',
    });
  });

  test('code that says what lives, or says nothing, changes nothing', () =>
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
          stateFound(user, liveOf({ ...state, ...settings })),
          written,
          names,
        );
        expect(changed).toBe(false);
      }),
    ));
});
