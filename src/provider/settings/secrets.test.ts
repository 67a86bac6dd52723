import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactor } from './secrets.js';

test('redactor: replaces a secret in every encoding', () => {
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

test('redactor: replaces a secret that contains another', () => {
  expect(redactor(['abc', 'abcdef'])('got abcdef and abc')).toBe('got [secret] and [secret]');
});

test('redactor: leaves no secret in any text', () => {
  const secret = fc.string({ minLength: 8 }).filter((text) => !'[secret]'.includes(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (held, before, after) => {
      expect(redactor([held])(`${before}${held}${after}`).includes(held)).toBe(false);
    }),
  );
});
