import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import type { Attribute } from '../model/attribute.js';
import { isCleared, type Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
const idsOf: Record<string, readonly string[]> = {};
const SURFACES = ['platform-rest', 'platform-scim', 'scim-cloud'];

beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 8, data: { groups: [{ displayName: 'Nested' }] } });
  tenant = (await connect(readSettings({ retries: 0 }, simulator.env), {})).permitWrites();
  for (const surface of SURFACES) {
    idsOf[surface] = (await tenant.collection('user', surface).list()).map(({ id }) => id);
  }
});
afterAll(() => simulator.close());

const word = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() === text);

/** Values that a declaration may want: set, or explicitly nothing. */
function wanted(attribute: Attribute, surface: string): fc.Arbitrary<unknown> {
  if (attribute.refersTo.length > 0) {
    const id = fc.nat(7).map((index) => idsOf[surface]![index]!);
    return attribute.type === 'strings' ? fc.uniqueArray(id) : fc.option(id, { nil: '' });
  }
  if (attribute.type === 'boolean') return fc.boolean();
  if (attribute.type !== 'objects') return attribute.required ? word : fc.option(word, { nil: '' });
  const fields = attribute.fields.map((field) => [field.name, field.type === 'boolean' ? fc.boolean() : word] as const);
  const element = fc.record(Object.fromEntries(fields));
  return fc.uniqueArray(element, {
    maxLength: 3,
    selector: (value) => String((value as Values).value).toLowerCase(),
  });
}

function desired(kind: string, surface: string): fc.Arbitrary<Values> {
  const resource = resourceOf(kind);
  const attributes = resource.attributes.filter(
    ({ name, computed, setting }) => !computed && !setting && !resource.key.includes(name),
  );
  return fc.record(Object.fromEntries(attributes.map((attribute) => [attribute.name, wanted(attribute, surface)])), {
    requiredKeys: [],
  });
}

/** As diff sees it: nothing and an empty text or list are one, and the order of a set means nothing. */
function canonical(values: Values, names: readonly string[]): Values {
  const sorted = (value: unknown) =>
    Array.isArray(value) ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
  const set = names.filter((name) => values[name] !== undefined && !isCleared(values[name]));
  return Object.fromEntries(set.map((name) => [name, sorted(values[name])]));
}

describe.each(SURFACES)('objectCollection: round trip over %s', (surface) => {
  test.each(['user', 'group'])('create and update: a %s reads back as written', async (kind) => {
    const collection = tenant.collection(kind, surface);
    const [keyName] = collection.resource.key as [string];
    let number = 0;
    const already = simulator.state();
    await fc.assert(
      fc.asyncProperty(desired(kind, surface), desired(kind, surface), async (before, after) => {
        number += 1;
        const id = await collection.create({ ...before, [keyName]: `${surface}-${number}` });
        const created = (await collection.get(id!))!;
        const named = Object.keys(before);
        expect(canonical(created.values, named)).toEqual(canonical(before, named));
        await collection.update(created, { ...after, [keyName]: `${surface}-${number}-renamed` });
        const changed = (await collection.get(id!))!;
        // What the change did not name stays as it was.
        const whole = { ...before, ...after };
        expect(canonical(changed.values, Object.keys(whole))).toEqual(canonical(whole, Object.keys(whole)));
        expect(changed.values[keyName]).toBe(`${surface}-${number}-renamed`);
        await collection.remove(changed);
        await collection.remove(changed);
        expect(await collection.get(id!)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
    // Nothing was created twice, as happens where a write does not repeat the externalId (guide 000).
    expect(simulator.state()).toEqual(already);
  });
});

test('update: sends nothing when nothing changes', async () => {
  for (const surface of SURFACES) {
    const [live] = await tenant.collection('group', surface).list();
    simulator.resetRequests();
    await tenant.collection('group', surface).update(live!, {});
    await tenant.collection('group', 'platform-scim').update(live!, { members: live!.values.members });
    await tenant.collection('group', surface).update(live!, { allowEmpty: true });
    expect(simulator.requests.total).toBe(0);
  }
});

test.each(SURFACES)('update over %s: keeps undeclared fields of an e-mail address', async (surface) => {
  const userName = `kept-${surface}`;
  const emails = [
    { value: 'a@x', type: 'work', primary: true },
    { value: 'b@x', type: 'home' },
  ];
  simulator.admin.addUser({ userName, emails });
  const users = tenant.collection('user', surface);
  const [live] = (await users.find({ userName }))!;
  await users.update(live!, { emails: [{ value: 'A@x', primary: false }, { value: 'c@x' }] });
  const state = simulator.state().users.find((user) => user.userName === userName);
  expect(state?.emails).toEqual([{ value: 'A@x', type: 'work', primary: false }, { value: 'c@x' }]);
});
