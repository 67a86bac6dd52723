import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { readAttributes } from './attribute.js';
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

describe('attributes are read off the schema', () => {
  test('whatever the order of the layers and of what they say', () => {
    const [before, after, inside] = readAttributes(
      z.object({
        before: z.string().meta({ description: 'd', caseless: true }).optional(),
        after: z.string().optional().meta({ description: 'd', caseless: true }),
        inside: z.string().meta({ description: 'inner', caseless: true }).optional().meta({ description: 'd' }),
      }),
    );
    expect({ ...after, name: 'before' }).toEqual(before);
    expect({ ...inside, name: 'before' }).toEqual(before);
    expect(before).toMatchObject({ description: 'd', caseless: true, required: false });
  });

  test('plain is required, optional is not, a default is known', () => {
    const read = readAttributes(z.object({ a: z.string(), b: z.string().optional(), c: z.boolean().default(false) }));
    expect(read.map(({ required, default: preset }) => [required, preset])).toEqual([
      [true, undefined],
      [false, undefined],
      [false, false],
    ]);
  });

  test('every type there is', () => {
    const shape = {
      string: z.string(),
      boolean: z.boolean(),
      number: z.int(),
      strings: z.array(z.string()),
      objects: z.array(z.object({ value: z.string(), primary: z.boolean().optional() })),
    };
    const read = readAttributes(z.object(shape));
    for (const { name, type } of read) expect(type).toBe(name);
    expect(read.at(-1)?.fields.map(({ name, required }) => [name, required])).toEqual([
      ['value', true],
      ['primary', false],
    ]);
    expect(readAttributes(z.object({ e: z.enum(['a', 'b']) }))[0]).toMatchObject({
      type: 'string',
      allowed: ['a', 'b'],
    });
  });

  test('those of the service come first and are computed', () => {
    const { attributes } = defineResource(spec(NAME));
    expect(attributes.map(({ name, computed }) => [name, computed])).toEqual([
      ['id', true],
      ['name', false],
    ]);
  });
});

describe('a definition is refused', () => {
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
  ])('for an attribute called %s', (name) => {
    const props = z.object({ name: z.string(), [name]: z.string() });
    expect(() => defineResource(spec(props))).toThrow(`thing: an attribute cannot be called "${name}"`);
  });

  test('for a key or a label that names no attribute', () => {
    expect(() => defineResource(spec(NAME, { key: ['nam'] }))).toThrow('names "nam"');
    expect(() => defineResource(spec(NAME, { label: '{name} of {who}' }))).toThrow('names "who"');
  });
});

test('an attribute is found by name, and a wrong name is an error', () => {
  const resource = defineResource(spec(NAME));
  expect(attributeOf(resource, 'name').name).toBe('name');
  expect(() => attributeOf(resource, 'nam')).toThrow(expect.objectContaining({ code: 'stack_invalid' }));
});

test('cleared is what says that nothing is there', () => {
  expect([null, '', []].map(isCleared)).toEqual([true, true, true]);
  expect([undefined, false, 0, 'x', ['x'], [[]]].map(isCleared)).toEqual([false, false, false, false, false, false]);
});
