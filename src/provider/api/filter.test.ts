import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { resourceOf } from '../resources/index.js';
import { readSettings } from '../settings/settings.js';
import { surfaces } from '../settings/surfaces.js';
import { equalityTerms, quoteRest, quoteScim } from './filter.js';
import { scim } from './scim.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 5 });
  tenant = (await connect(readSettings({}, simulator.env), {})).permitWrites();
});
afterAll(() => simulator.close());

const NASTY = [
  "'",
  "''",
  '"',
  '\\',
  '\\"',
  '+',
  '%',
  '%27',
  '&',
  '#',
  ' ',
  ' and ',
  ' eq ',
  ')',
  '\n',
  '\0',
  '\u007f',
  'İ',
  'ß',
  '𝒳',
];

/** Names made of what breaks filters and URLs, and of any character at all. */
const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => `${parts.join('')}x`);

describe('filter: find on every surface', () => {
  test('find: returns exactly the user of that name, whatever the characters', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        number += 1;
        const userName = `${text}${number}`;
        simulator.admin.addUser({ userName });
        for (const surface of ['platform-rest', 'platform-scim', 'scim-cloud']) {
          const found = await tenant.collection('user', surface).find({ userName });
          expect(found?.map(({ values }) => values.userName)).toEqual([userName]);
        }
        simulator.admin.deleteUser(userName);
      }),
      { numRuns: 100 },
    );
  });

  test('find: also filters by the other normal form when the name has one', async () => {
    const requests = async (userName: string) => {
      simulator.resetRequests();
      const found = (await tenant.collection('user').find({ userName }))!;
      return [found.map(({ values }) => values.userName), simulator.requests.total];
    };
    const [nfc, nfd] = ['zoë@example.com', 'zoe\u0308@example.com'];
    simulator.admin.addUser({ userName: nfd });
    expect([await requests(nfc), await requests(nfd)]).toEqual([
      [[nfd], 2],
      [[nfd], 2],
    ]);
    simulator.admin.addUser({ userName: nfc });
    expect(await requests(nfc)).toEqual([[nfc, nfd], 2]);
    for (const plain of ['ann@example.com', 'ß', '名前']) expect(await requests(plain)).toEqual([[], 1]);
  });

  test('find: returns nothing when the name has a lone surrogate', async () => {
    expect(await tenant.collection('user').find({ userName: 'x\ud800' })).toEqual([]);
    expect(await tenant.collection('user').get('x\udfff')).toBeUndefined();
  });

  test('find: returns nothing when no object has the name', async () => {
    expect(await tenant.collection('user').find({ userName: "o'hara" })).toEqual([]);
  });

  test('find: sends nothing when the surface cannot filter by the attribute', async () => {
    simulator.resetRequests();
    expect(tenant.collection('user').find({ title: 'x' })).toBeUndefined();
    expect(tenant.collection('user').find({ userName: 'x', title: 'y' })).toBeUndefined();
    expect(tenant.collection('user').find({})).toBeUndefined();
    expect(simulator.requests.total).toBe(0);
  });
});

describe('filter: expressions', () => {
  test.each([
    ['rest', quoteRest, "'o''hara'"],
    ['scim', quoteScim, '"o\'hara"'],
  ])('quote: doubles or escapes quotes for %s', (_, quote, text) => {
    expect(quote("o'hara")).toBe(text);
  });

  test('filterQuery: uses the paths on the wire and joins the terms with and', () => {
    const permission = resourceOf('container-permission');
    const filter = (principalType: string) =>
      scim.filterQuery(
        equalityTerms(surfaces['scim-cloud']!, permission, permission.wire.scim!, {
          container: '12',
          principalType,
          principalId: '34',
        }),
      );
    expect(filter('user')).toEqual({ filter: 'container.value eq "12" and user.value eq "34"' });
    expect(filter('group')).toEqual({ filter: 'container.value eq "12" and group.value eq "34"' });
  });

  test('equalityTerms: throws when the surface cannot filter by the attribute', () => {
    const user = resourceOf('user');
    const ask = () => equalityTerms(surfaces['platform-rest']!, user, user.wire.rest!, { active: true });
    expect(ask).toThrow(
      expect.objectContaining({ code: 'unserved', message: 'Platform REST cannot filter users by active' }),
    );
  });
});
