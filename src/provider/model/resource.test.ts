import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { attributeOf, defineResource, type ResourceSpec } from './resource.js';
import { isCleared } from './values.js';

const spec = (props: z.ZodObject, more: Partial<ResourceSpec> = {}): ResourceSpec => ({
  type: 'thing',
  title: 'Thing',
  plural: 'things',
  description: 'A thing.',
  props,
  attrs: z.object({ id: z.string().meta({ description: 'Id.' }) }),
  key: ['name'],
  label: '{name}',
  permissions: [],
  wire: {},
  ...more,
});

const NAME = z.object({ name: z.string() });

describe('attributes read from the schema', () => {
  test('attributes of the service come first and are computed', () => {
    const { attributes } = defineResource(spec(NAME));
    expect(attributes.map(({ name, computed }) => [name, computed])).toEqual([
      ['id', true],
      ['name', false],
    ]);
  });
});

describe('a refused definition', () => {
  test.each([
    'provider',
    'count',
    'connection',
    'lifecycle',
    'dependsOn',
    'forEach',
    'provisioner',
    'fqn',
    'toString',
    'constructor',
  ])('has an attribute named %s', (name) => {
    const props = z.object({ name: z.string(), [name]: z.string() });
    expect(() => defineResource(spec(props))).toThrow(`thing: "${name}" is a reserved name and cannot be an attribute`);
  });

  test('has a key or label with an unknown attribute', () => {
    expect(() => defineResource(spec(NAME, { key: ['nam'] }))).toThrow('names "nam"');
    expect(() => defineResource(spec(NAME, { label: '{name} of {who}' }))).toThrow('names "who"');
  });
});

describe('`edge`, `requiredHolder` and `lists`', () => {
  const of = (...kinds: string[]) => z.string().meta({ refersTo: kinds });
  const ends = z.object({
    box: of('container'),
    whoType: z.string(),
    whoId: z.string().meta({ refersTo: ['user', 'group'], refersBy: 'whoType' }),
    note: z.string().optional(),
  });
  const edge = { principal: { type: 'whoType', id: 'whoId' }, scope: 'box' };
  const edgeSpec = (more: Partial<ResourceSpec> = {}) =>
    spec(ends, { key: ['box', 'whoType', 'whoId'], label: '{whoId} on {box}', edge, ...more });

  test('accepted when they match the attributes and the key', () => {
    expect(defineResource(edgeSpec()).edge).toBe(edge);
  });

  test.each<[string, Partial<ResourceSpec>, string]>([
    ['a key of references without `edge`', { edge: undefined as never }, 'so it needs `edge`'],
    [
      'a principal without its kind',
      { edge: { ...edge, principal: { type: 'note', id: 'whoId' } } },
      'edge.principal: "whoId" must refer to users or groups by "note"',
    ],
    [
      'a principal that is not an attribute',
      { edge: { ...edge, principal: { type: 'whoType', id: 'who' } } },
      'edge.principal: "who" must refer',
    ],
    [
      'a scope that is not a reference',
      { edge: { ...edge, scope: 'note' } },
      'edge.scope: "note" must be an attribute',
    ],
    ['a scope of several kinds', { edge: { ...edge, scope: 'whoId' } }, 'edge.scope: "whoId" must be an attribute'],
    [
      'a key with another attribute',
      { key: ['box', 'whoType', 'whoId', 'note'] },
      'its key must be box, whoType, whoId',
    ],
    ['a key without the scope', { key: ['whoType', 'whoId'] }, 'its key must be box, whoType, whoId'],
    [
      'an authoritative set that is an edge',
      { authoritativeFor: { edge: 'x', scope: 'box', elements: 'note' } },
      'either an edge or an authoritative set',
    ],
  ])('refused: %s', (_, more, message) => {
    expect(() => defineResource(edgeSpec(more))).toThrow(
      expect.objectContaining({ code: 'settings_invalid', message: expect.stringContaining(message) }),
    );
  });

  test('refused: requiredHolder on a kind that is not an edge', () => {
    expect(() => defineResource(spec(NAME, { requiredHolder: { label: 'Owner' } }))).toThrow(
      'requiredHolder needs `edge`',
    );
  });

  test('`lists` is required for a list of ids, which guards would not see otherwise', () => {
    const props = NAME.extend({ crew: z.array(z.string()).meta({ refersTo: ['user'] }), other: z.array(z.string()) });
    const crew = { edge: 'crew-membership', scope: 'id', elements: 'crew' };
    expect(() => defineResource(spec(props))).toThrow('"crew" lists ids, so `lists` must describe it');
    expect(defineResource(spec(props, { lists: [crew] })).lists).toEqual([crew]);
    for (const elements of ['other', 'name', 'none']) {
      expect(() => defineResource(spec(props, { lists: [crew, { ...crew, elements }] }))).toThrow(
        `lists names "${elements}", which is not a list of ids`,
      );
    }
    expect(() => defineResource(spec(props, { lists: [{ ...crew, scope: 'x' }] }))).toThrow('lists names "x"');
  });
});

test('attributeOf: finds an attribute by name, refuses an unknown name', () => {
  const resource = defineResource(spec(NAME));
  expect(attributeOf(resource, 'name').name).toBe('name');
  expect(() => attributeOf(resource, 'nam')).toThrow(expect.objectContaining({ code: 'stack_invalid' }));
});

test('isCleared: true for null, empty texts and empty lists', () => {
  expect([null, '', []].map(isCleared)).toEqual([true, true, true]);
  expect([undefined, false, 0, 'x', ['x'], [[]]].map(isCleared)).toEqual([false, false, false, false, false, false]);
});
