import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resourceOf, resources } from '../resources/index.js';
import { misspeltSetting, readImportSettings, withImportSettings } from './import-settings.js';

const kinds = resources.filter(({ removal }) => removal);
const user = resourceOf('user');

const id = fc
  .array(
    fc.constantFrom('4711', '?', 'adopt=always', 'on_removal=retain', '&', '=', '%', '%41', '/', ',group,', 'ü', ' '),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const text = fc.string({ minLength: 1, unit: 'binary' });

describe('the suffix of an import id', () => {
  test.each(kinds)('is read as the id and the settings that it was made of: $type', (resource) => {
    const settings = resource.attributes.filter(({ setting }) => setting);
    const values = fc.record(
      Object.fromEntries(
        settings.map(({ name, allowed, type }) => [
          name,
          allowed
            ? fc.constantFrom(...allowed)
            : ({ boolean: fc.boolean(), strings: fc.array(text) }[type as string] ?? text),
        ]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(id, values, (written, known) => {
        const read = readImportSettings(resource, withImportSettings(resource, written, known));
        const presets = Object.fromEntries(
          settings.filter((one) => one.default !== undefined).map((one) => [one.name, one.default]),
        );
        expect(read.id).toBe(written);
        expect({ ...presets, ...read.known }).toEqual({ ...presets, ...known });
      }),
    );
  });

  test('exists only for values that the tenant does not store', () => {
    const known = { adopt: 'whenEqual', onRemoval: 'deactivate', externalId: undefined };
    expect(withImportSettings(user, '7', known)).toBe('7');
    expect(withImportSettings(user, '7', { ...known, onRemoval: 'retain' })).toBe('7?on_removal=retain');
    expect(withImportSettings(user, '7', { externalId: 'a&b', previousNames: ['jané'], reactivate: 'T 1' })).toBe(
      '7?external_id=a%26b&previous_names=%5B%22jan%C3%A9%22%5D&reactivate=T%201',
    );
  });

  test.each(['7', 'why?', '?adopt=always', '7?display_name=Jane', '7?adopt=always&x=1', '7?adopt=%zz', '7?adopt'])(
    'is no other text: %s',
    (written) => {
      expect(readImportSettings(user, written)).toEqual({ id: written, known: {} });
    },
  );

  test.each([
    ['7?adopt=sometimes', '"adopt" in the id must be one of "whenEqual", "always"'],
    ['7?previous_names=jane', '"previous_names" in the id must be a list'],
    ['7?reactivate=', '"reactivate" in the id must not be empty'],
  ])('with a value that cannot be is refused: %s', (written, message) => {
    expect(() => readImportSettings(user, written)).toThrow(message);
  });

  test.each([
    ['7?on_remova=retain', 'on_remova'],
    ['7?adopt=always&members=[]', 'members'],
    ['7?adopt=always&x', 'x'],
  ])('import settings: the unknown setting is named when the text is not found: %s', (written, name) => {
    expect(misspeltSetting(user, written)).toMatchObject({
      code: 'unknown_name',
      message: `there is no user "${written}", and "${name}" is not a setting of a user`,
      hint: expect.stringContaining('external_id, previous_names, adopt, on_removal, reactivate'),
    });
  });

  test.each(['7', 'why?', '?on_remova=x', '7?adopt=always', 'a?b c=d'])('finds no such setting in %s', (written) => {
    expect(misspeltSetting(user, written)).toBeUndefined();
  });
});
