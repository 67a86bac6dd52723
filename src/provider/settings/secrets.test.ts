import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactor } from './secrets.js';

test('a secret is found in every form in which services repeat it', () => {
  const secret = 'p"a/s+s w&rd\\é';
  const redact = redactor([secret, undefined, '']);
  const forms = [
    secret,
    JSON.stringify({ secret }),
    encodeURIComponent(secret),
    new URLSearchParams({ client_secret: secret }).toString(),
  ];
  for (const form of forms) {
    expect(redact(form)).toContain('[secret]');
    expect(redact(form)).not.toMatch(/rd/);
  }
});

test('a secret that holds another leaves no rest', () => {
  expect(redactor(['abc', 'abcdef'])('got abcdef and abc')).toBe('got [secret] and [secret]');
});

test('no text keeps a secret', () => {
  const secret = fc.string({ minLength: 8 }).filter((text) => !'[secret]'.includes(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (held, before, after) => {
      expect(redactor([held])(`${before}${held}${after}`).includes(held)).toBe(false);
    }),
  );
});
