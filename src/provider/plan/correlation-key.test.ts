import { describe, expect, test } from '@jest/globals';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { Settings } from '../settings/settings.js';
import {
  correlationOf,
  decidingKey,
  derivedKey,
  noteKeyChange,
  refuseForeignRemoval,
  refuseForeignUpdate,
  requireKey,
} from './correlation-key.js';
import type { Match, PlanContext } from './plan-context.js';

const user = resourceOf('user');
const live = (values: Values) => ({ id: '1', values }) as RemoteObject;
const match = (more: Partial<Match> = {}) =>
  ({ resource: user, declaration: { address: 'delinea_user.jane' }, ...more }) as unknown as Match;
const derivingFrom = (externalIdFrom?: string) => ({ tenant: { settings: { externalIdFrom } } }) as PlanContext;
const owned = (correlation?: string) => ({ correlation }) as Match['owned'];

describe('decidingKey', () => {
  test.each([
    ['an attribute of the identity provider', ['title', 'active'], 'externalId'],
    ['other attributes', ['title', 'department'], undefined],
    ['no attribute', [], undefined],
  ])('%s decides: %s', (_, touched, expected) => {
    expect(decidingKey(user, touched)).toBe(expected);
  });

  test('a kind without a correlation key has none', () => {
    expect(decidingKey(resourceOf('group'), ['members'])).toBeUndefined();
  });
});

describe('refuseForeignUpdate', () => {
  const values = { userName: 'jane@example.com' };
  const changed = [{ attribute: 'displayName', before: 'Jane', after: 'J' }];
  const key = { externalId: 'idp-1' };

  test('refuses a change of the attributes of an identity provider, with what to do as data', () => {
    expect(() => refuseForeignUpdate(derivingFrom(), match(), {}, values, key, changed)).toThrow(
      expect.objectContaining({
        code: 'not_ours',
        message:
          'jane@example.com belongs to an identity provider (external_id "idp-1"): its display_name cannot be changed here',
        remedy: [
          { kind: 'refer', resource: 'user', name: 'jane@example.com' },
          { kind: 'set', attribute: 'externalId', value: 'idp-1', on: 'resource' },
        ],
      }),
    );
  });

  test('refuses it also when the settings derive keys and the live one is another', () => {
    expect(() => refuseForeignUpdate(derivingFrom('userName'), match(), {}, values, key, changed)).toThrow('idp-1');
  });

  test.each<[string, Partial<Match>, Values, Values]>([
    ['the object has no key', {}, {}, {}],
    ['the key was set from code', { owned: owned('idp-1') }, {}, key],
    ['the code declares the key', {}, key, key],
    ['the code would derive the live key', { resolved: key }, {}, key],
    ['the settings derive the live key', {}, {}, { externalId: 'jane@example.com' }],
  ])('allows it when %s', (_, more, managed, found) => {
    expect(() =>
      refuseForeignUpdate(derivingFrom('userName'), match(more), managed, values, found, changed),
    ).not.toThrow();
  });
});

test('refuseForeignRemoval: names the operation and offers to forget the object', () => {
  const entry = { address: 'delinea_user.jane', kind: 'user', id: '1', surface: 's', key: {} };
  const refuse = () => refuseForeignRemoval(user, entry, { userName: 'jane' }, { externalId: 'idp-1' }, 'deactivate');
  expect(refuse).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('it cannot be deactivated here'),
      remedy: expect.arrayContaining([{ kind: 'forget' }]),
    }),
  );
});

describe('requireKey', () => {
  test('any key in the response is accepted', () => {
    expect(() => requireKey(user, live({ externalId: 'other' }), 'x-1')).not.toThrow();
  });

  test.each([{}, { externalId: '' }, { externalId: null }])('a response with %j is incomplete', (values) => {
    expect(() => requireKey(user, live(values), 'x-1')).toThrow(
      expect.objectContaining({
        code: 'incomplete_response',
        message: 'the response has no external_id, but "x-1" was recorded: a write without it may create a second user',
      }),
    );
  });
});

test.each<[string, string | undefined, Values, string | undefined]>([
  ['without the setting', undefined, { externalId: 'jane', userName: 'jane' }, undefined],
  ['for a key that equals the user name', 'userName', { externalId: 'jane', userName: 'jane' }, 'jane'],
  ['for another key', 'userName', { externalId: 'idp-1', userName: 'jane' }, undefined],
  ['for an empty key', 'userName', { externalId: '', userName: '' }, undefined],
])('derivedKey %s', (_, externalIdFrom, values, expected) => {
  expect(derivedKey({ externalIdFrom } as Settings, user, values)).toBe(expected);
});

const named = live({ userName: 'jane@example.com', externalId: 'jane@example.com' });
test.each<[string, Partial<Match>, Values, string | undefined]>([
  ['a declared key', {}, { externalId: 'a' }, 'a'],
  ['an empty declared key', { live: live({}), owned: owned('a') }, { externalId: '' }, undefined],
  ['the recorded key of a live object', { live: live({}), owned: owned('a') }, {}, 'a'],
  ['the derived key of a live object', { live: named }, {}, 'jane@example.com'],
  ['no key for an object that is created again', { owned: owned('a') }, {}, undefined],
])('correlationOf: records %s', (_, more, desired, expected) => {
  expect(correlationOf(derivingFrom('userName'), match(more), desired)).toBe(expected);
});

test('noteKeyChange: warns about a changed key, and not about a first one', () => {
  const context = { findings: [] } as unknown as PlanContext;
  noteKeyChange(context, match(), [{ attribute: 'externalId', before: undefined, after: 'b' }]);
  expect(context.findings).toEqual([]);
  noteKeyChange(context, match(), [{ attribute: 'externalId', before: 'a', after: 'b' }]);
  expect(context.findings).toMatchObject([
    { code: 'correlation_key_changes', message: 'correlation key changes: external_id "a" becomes "b"' },
  ]);
});
