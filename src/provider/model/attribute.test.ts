import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { kindsMeant, readAttributes } from './attribute.js';

test('readAttributes: the order of layers and metadata does not matter', () => {
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

test('readAttributes: plain is required, `.optional()` is not, `.default()` is known', () => {
  const read = readAttributes(z.object({ a: z.string(), b: z.string().optional(), c: z.boolean().default(false) }));
  expect(read.map(({ required, default: preset }) => [required, preset])).toEqual([
    [true, undefined],
    [false, undefined],
    [false, false],
  ]);
});

test('readAttributes: every type is recognised', () => {
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

test('readAttributes: the schema behind a conversion counts when `z.preprocess` wraps it', () => {
  const read = readAttributes(z.object({ a: z.preprocess(Number, z.number().optional().meta({ description: 'd' })) }));
  expect(read[0]).toMatchObject({ type: 'number', required: false, description: 'd' });
});

test('kindsMeant: only the chosen kind when another attribute holds it, else every kind', () => {
  const [chosen, any] = readAttributes(
    z.object({
      who: z.string().meta({ refersTo: ['user', 'group'], refersBy: 'whoType' }),
      member: z.string().meta({ refersTo: ['user', 'group'] }),
    }),
  );
  expect(kindsMeant(chosen!, { whoType: 'group' })).toEqual(['group']);
  expect(kindsMeant(chosen!, {})).toEqual(['user', 'group']);
  expect(kindsMeant(any!, { whoType: 'group' })).toEqual(['user', 'group']);
});
