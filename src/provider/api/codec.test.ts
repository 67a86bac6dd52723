import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attribute } from '../model/attribute.js';
import { snakeCase } from '../model/names.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { JsonObject, Values } from '../model/values.js';
import { type Field, fieldOf, fieldsOf, type Wire } from '../model/wire.js';
import { resourceOf, resources } from '../resources/index.js';
import { ownId } from '../resources/object-id.js';
import { decode, encode as encodeFor } from './codec.js';

const encode = (resource: Resource, wire: Wire, values: Values) =>
  encodeFor(resource, asShown(wire), values, (id) => id);

/** Returns a wire whose writes have the keys of reads, and nothing for an attribute that is not set. */
function asShown(wire: Wire): Wire {
  const readable = ({ sent: _sent, unset: _unset, ...field }: Field) => field;
  const fields = Object.keys(wire.fields).map((name) => [name, fieldsOf(wire, name).map(readable)]);
  return { ...wire, fields: Object.fromEntries(fields) };
}
/** A text that is no number: one of these gets the prefix of its kind. */
const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/\d$/.test(text));

/** Any value that the attribute's type has room for. */
function anyValue(attribute: Attribute): fc.Arbitrary<unknown> {
  if (attribute.allowed) return fc.constantFrom(...attribute.allowed);
  const fields = attribute.fields.map((field) => [field.name, anyValue(field)] as const);
  const byType = {
    string: word,
    boolean: fc.boolean(),
    number: fc.integer(),
    strings: fc.array(word, { minLength: 1, maxLength: 4 }),
    objects: fc.array(
      fc.record(Object.fromEntries(fields), {
        requiredKeys: attribute.fields.filter(({ required }) => required).map(({ name }) => name),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  };
  return byType[attribute.type];
}

/** What can be declared of a kind and has a place on this wire. */
function valuesOf(resource: Resource, wire: Wire): fc.Arbitrary<Values> {
  const attributes = resource.attributes.filter(({ computed, setting }) => !computed && !setting);
  const required = attributes.filter(({ required }) => required).map(({ name }) => name);
  const record = fc.record(Object.fromEntries(attributes.map((attribute) => [attribute.name, anyValue(attribute)])), {
    requiredKeys: required,
  });
  return record.map((values) => {
    const fieldAt = (name: string) => fieldOf(wire, name, values);
    const isSent = (name: string) => fieldAt(name) && !fieldAt(name)!.from && !fieldAt(name)!.shownOnly;
    const placed = Object.keys(values).filter((name) => isSent(name) || selects(wire, name));
    const onlyOne = (value: unknown) => [{ ...(value as object[])[0], primary: true }];
    return Object.fromEntries(
      placed.map((name) => [name, fieldAt(name)?.single ? onlyOne(values[name]) : values[name]]),
    );
  });
}

/** Whether an attribute stands on the wire only as the choice of another's place. */
function selects(wire: Wire, name: string): boolean {
  return Object.values(wire.fields)
    .flat()
    .some((field) => field.when?.attribute === name);
}

/** Returns the values that a create sends for attributes that are not declared. */
function fallbacks(wire: Wire, values: Values): Values {
  const fields = Object.keys(wire.fields).map((name) => [name, fieldOf(wire, name, values)?.else] as const);
  return Object.fromEntries(fields.flatMap(([name, other]) => (other === undefined ? [] : [[name, values[other]]])));
}

/** Returns the settings that no write carries. */
function unsent(settings: Values, wire: Wire): Values {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !fieldOf(wire, name, settings)?.withWrites));
}

const WIRES = resources.flatMap((resource) =>
  Object.entries(resource.wire)
    .filter(([, wire]) => wire.path !== '')
    .map(([protocol, wire]) => [resource.type, protocol, resource, wire] as const),
);

describe.each(WIRES)('codec: %s over %s', (_type, _protocol, resource, wire) => {
  test('decode: returns what was encoded', () => {
    fc.assert(
      fc.property(valuesOf(resource, wire), word, (values, id) => {
        const body = JSON.parse(JSON.stringify({ ...encode(resource, wire, values), id })) as JsonObject;
        const live = decode(resource, wire, body, 'test');
        expect(live.id).toBe(ownId(resource.type, id));
        expect(live.values).toEqual({ ...fallbacks(wire, values), ...values });
      }),
    );
  });

  test('decode: ignores unknown fields', () => {
    fc.assert(
      fc.property(
        valuesOf(resource, wire),
        fc.dictionary(fc.constantFrom('x1', 'x2', 'meta'), fc.jsonValue()),
        (values, more) => {
          const body = { ...more, ...encode(resource, wire, values), id: 7 } as JsonObject;
          const live = decode(resource, wire, body, 'test');
          expect(live).toMatchObject({ id: ownId(resource.type, '7'), values });
          const plain = decode(resource, wire, { ...encode(resource, wire, values), id: 7 }, 'test');
          expect(live.values).toEqual(plain.values);
        },
      ),
    );
  });

  test('encode: leaves out settings and unset attributes', () => {
    const settings = Object.fromEntries(
      resource.attributes.filter(({ setting }) => setting).map(({ name }) => [name, 'x']),
    );
    const unset = Object.fromEntries(
      resource.attributes.filter(({ computed, setting }) => !computed && !setting).map(({ name }) => [name, undefined]),
    );
    expect(encode(resource, wire, { ...unsent(settings, wire), ...unset })).toEqual(wire.constants ?? {});
  });

  test('encode: leaves out cleared attributes', () => {
    for (const { name } of resource.attributes) {
      for (const nothing of ['', [], null])
        expect(encode(resource, wire, { [name]: nothing })).toEqual(wire.constants ?? {});
    }
  });

  test('decode: throws when an object has no natural key', () => {
    const required = resource.key.filter((key) => attributeOf(resource, key).required);
    for (const name of required.filter((key) => key in wire.fields)) {
      const [values] = fc.sample(valuesOf(resource, wire), 1);
      const body = encode(resource, wire, { ...values, [name]: undefined });
      expect(() => decode(resource, wire, { ...body, id: '7' }, 'list')).toThrow(
        expect.objectContaining({
          code: 'malformed_response',
          message: `list: ${resource.type} 7 has no ${snakeCase(name)}`,
        }),
      );
    }
  });

  test.each([[undefined], [null], [true], [{}]])('decode: throws when the id is %p', (id) => {
    const [values] = fc.sample(valuesOf(resource, wire), 1);
    const body = { ...encode(resource, wire, values!), ...(id === undefined ? {} : { id }) } as JsonObject;
    expect(() => decode(resource, wire, body, 'list')).toThrow('list: the response has an object without an id');
  });
});

describe('codec: variants of services', () => {
  const user = resourceOf('user');
  const rest = user.wire.rest!;
  const read = (body: JsonObject) => decode(user, rest, { id: '1', userName: 'ada', ...body }, 'x').values;

  test('decode: distinguishes null from absent', () => {
    expect(read({ title: null, name: null })).toEqual({
      userName: 'ada',
      title: null,
      givenName: null,
      familyName: null,
    });
    expect(read({})).toEqual({ userName: 'ada' });
    expect(() => read({ userName: null })).toThrow('user 1 has no user_name');
  });

  test('decode: reads the number that means none as null', () => {
    const folder = resourceOf('container');
    const parentOf = (parentFolderId: number) =>
      decode(folder, folder.wire.secretServer!, { id: 1, folderName: 'prod', parentFolderId }, 'x').values.parent;
    expect([parentOf(-1), parentOf(7)]).toEqual([null, '7']);
    const below = (value: string | number) =>
      decode(folder, folder.wire.scim!, { id: '1', name: 'prod', parent: { value } }, 'x').values.parent;
    expect([below('-1'), below(-1), below('7')]).toEqual([null, null, '7']);
  });

  test('decode: reads role names from strings and objects', () => {
    expect(read({ roles: ['Admin', { value: 'Auditor', display: 'A' }, { name: 'User' }] }).roles).toEqual([
      'Admin',
      'Auditor',
      'User',
    ]);
  });

  test('decode: converts numbers to strings', () => {
    expect(decode(user, rest, { id: 7, userName: 'ada' }, 'x').id).toBe('7');
    expect(read({ externalId: 12, manager: { value: 34 } })).toMatchObject({ externalId: '12', manager: '34' });
  });

  test('decode: reads kind and name of references', () => {
    const group = resourceOf('group');
    const $ref = 'https://acme/scim/v2/Groups/1';
    const members = [
      { value: '1', type: 'User', display: 'ada' },
      { value: 2, type: 'Group' },
      { value: 1, $ref },
      '3',
    ];
    const live = decode(group, group.wire.scim!, { id: 'g', displayName: 'G', members }, 'x');
    expect(live.values.members).toEqual(['1', 'group:2', 'group:1', '3']);
    expect(live.about).toEqual({
      members: { 1: { kind: 'user', display: 'ada' }, 'group:2': { kind: 'group' }, 'group:1': { kind: 'group' } },
    });
  });

  test('decode: reads only the first right', () => {
    const permission = resourceOf('container-permission');
    const body = {
      id: '9',
      container: { value: '27', display: 'Web' },
      group: { value: '2' },
      rights: ['View', 'Owner'],
    };
    const live = decode(permission, permission.wire.scim!, body, 'x');
    expect(live.values).toEqual({ container: '27', principalType: 'group', principalId: 'group:2', right: 'View' });
    expect(live.about).toMatchObject({
      container: { 27: { display: 'Web' } },
      principalId: { 'group:2': { kind: 'group' } },
    });
  });

  test.each<[string, JsonObject]>([
    ['emails must be a list', { emails: { value: 'a@x' } }],
    ['active must be true or false', { active: 'yes' }],
    ['title must be a string', { title: ['x'] }],
    ['name.givenName must be a string', { name: { givenName: {} } }],
    ['roles must be a list', { roles: 'Admin' }],
  ])('decode: throws when the type is wrong: %s', (message, body) => {
    expect(() => read(body)).toThrow(`x: user 1: ${message}`);
  });

  test.each([
    ['True', true],
    ['false', false],
  ])('decode: reads a status that is the text %s, as Entra sends it', (active, expected) => {
    expect(read({ active })).toMatchObject({ active: expected });
  });

  test('decode: reads a member that has only a URL by the id in it', () => {
    const group = resourceOf('group');
    const members = [{ $ref: 'https://x.example/scim/v2/Users/a%20b' }, { $ref: '/Groups/7', type: 'Group' }];
    const live = decode(group, group.wire.scim!, { id: 'g', displayName: 'G', members }, 'x');
    expect(live.values.members).toEqual(['a b', 'group:7']);
  });

  test.each([['x'], [[{}]], [[{ value: null }]], [[true]]])('decode: throws when members are %j', (members) => {
    const group = resourceOf('group');
    const ask = () => decode(group, group.wire.scim!, { id: 'g', displayName: 'G', members } as JsonObject, 'x');
    expect(ask).toThrow(/members must be a list/);
  });
});
