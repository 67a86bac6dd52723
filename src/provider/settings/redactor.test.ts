import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactor } from './redactor.js';

const SECRET = 'p"a/s+s w&rd\\é%41';
const bytes = Buffer.from(`client:${SECRET}`);
const html = (text: string, radix: 10 | 16) =>
  [...text].map((sign) => `&#${radix === 16 ? 'x' : ''}${sign.codePointAt(0)!.toString(radix)};`).join('');

test.each<[string, string]>([
  ['as it is', SECRET],
  ['in upper case', SECRET.toUpperCase()],
  ['JSON', JSON.stringify({ SECRET })],
  [
    'JSON, every character',
    [...SECRET].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
  ['JSON with \\/', JSON.stringify(SECRET).replaceAll('/', '\\/')],
  ['a URL', encodeURIComponent(SECRET)],
  ['a URL in lower case', encodeURIComponent(SECRET).toLowerCase()],
  ['a URL, every byte', [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')],
  ['a form', `${new URLSearchParams({ client_secret: SECRET })}`],
  ['HTML, decimal', html(SECRET, 10)],
  ['HTML, hexadecimal', html(SECRET, 16).toUpperCase()],
  [
    'HTML, named',
    SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replace('é', '&eacute;').replace('%', '&percnt;'),
  ],
  ['hexadecimal', Buffer.from(SECRET).toString('hex')],
  ['hexadecimal in upper case', bytes.toString('hex').toUpperCase()],
  ['base64 at the first offset', Buffer.from(SECRET).toString('base64')],
  ['base64 at the second offset', Buffer.from(`i${SECRET}`).toString('base64')],
  ['base64 at the third offset', Buffer.from(`id${SECRET}`).toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['base64 in lines', bytes.toString('base64').replace(/.{10}/g, '$&\r\n')],
  ['a URL twice', encodeURIComponent(encodeURIComponent(SECRET))],
  ['JSON twice', JSON.stringify(JSON.stringify(SECRET))],
  ['base64 twice', Buffer.from(bytes.toString('base64')).toString('base64')],
  ['base64 in hexadecimal', Buffer.from(bytes.toString('base64')).toString('hex')],
  ['base64 in a URL', encodeURIComponent(bytes.toString('base64'))],
  ['base64 in HTML', html(bytes.toString('base64'), 10)],
  ['a URL in base64', Buffer.from(`x${encodeURIComponent(SECRET)}`).toString('base64')],
  ['JSON in HTML', html(JSON.stringify(SECRET), 16)],
  ['HTML in a URL', encodeURIComponent(html(SECRET, 10))],
  ['lines', SECRET.replace(/.{3}/g, '$&\n')],
])('redactor: hides a secret in %s', (_, form) => {
  const shown = redactor([SECRET, undefined, '']).redact(`begin ${form} end`);
  expect(shown).toMatch(/^begin .*\[secret\].* end$/s);
  expect(shown.length).toBeLessThan(100);
});

test('redactor: hides a secret that contains another, and several in one text', () => {
  const { redact } = redactor(['password', 'password-long']);
  expect(redact('got password-long and password, not pass word')).toBe('got [secret] and [secret], not pass word');
});

test('redactor: hides secrets that are added later, and keeps the configured ones', () => {
  const { redact, hide } = redactor(['configured']);
  for (let number = 0; number < 500; number++) hide(`issued-token-${number}`);
  expect(redact('configured issued-token-499')).toBe('[secret] [secret]');
  expect(redact('issued-token-1.')).toBe('issued-token-1.');
});

test('redactor: hides a short token of a service, but no text that is shorter than that', () => {
  const { redact, hide } = redactor([]);
  hide('tok1');
  hide('abc');
  expect(redact('TOK1 abc')).toBe('[secret] abc');
});

test.each([
  ['words', 'the quick brown fox jumps over the lazy dog '],
  ['base64', 'dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw'],
  ['escapes', '%25'],
  ['backslashes', '\\'],
  ['entities', '&amp;'],
  ['an almost whole secret', 'client-secre'],
  ['line breaks', 'c\n\n'],
])('redactor: takes linear time for %s', (_, part) => {
  const { redact } = redactor([
    'client-secret-1',
    'scim-token-%25%25',
    '\\\\\\\\\\\\\\\\\\\\',
    'password&amp;',
    'c'.repeat(99),
  ]);
  const timeOf = (length: number) => {
    const text = part.repeat(length / part.length);
    const began = performance.now();
    redact(text);
    return performance.now() - began;
  };
  timeOf(20_000);
  const short = Math.max(timeOf(20_000), 2);
  expect(timeOf(200_000)).toBeLessThan(60 * short);
});

/** Encodings that a service, proxy or log may apply. Each also encodes what is around the secret. */
const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace(/[a-z]/g, (sign) => sign.toUpperCase()),
  encodeURIComponent,
  (text) => encodeURIComponent(text).toLowerCase(),
  (text) => `${new URLSearchParams({ '': text })}`.slice(1),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => [...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => html(text, 10),
  (text) => html(text, 16),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  (text) => Buffer.from(text).toString('base64url'),
];

test('redactor: leaves no secret in any text, in any two encodings', () => {
  const secret = fc
    .string({
      minLength: 8,
      maxLength: 40,
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    })
    .filter((text) => !'[secret]'.includes(text));
  const encoding = fc.constantFrom(...ENCODINGS);
  const around = fc.string({ maxLength: 20 });
  fc.assert(
    fc.property(secret, encoding, encoding, around, around, (held, inner, outer, before, after) => {
      const shown = redactor([held]).redact(`${before} ${outer(inner(held))} ${after}`);
      for (const form of [held, inner(held), outer(held), outer(inner(held))]) expect(shown).not.toContain(form);
    }),
    { numRuns: 2_000 },
  );
});

test('redactor: leaves no secret in base64 of a longer text', () => {
  const secret = fc.string({ minLength: 8 }).filter((text) => !'[secret]'.includes(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (held, before, after) => {
      const shown = redactor([held]).redact(Buffer.from(`${before}${held}${after}`).toString('base64'));
      expect(Buffer.from(shown.split('[secret]')[0]!, 'base64').toString()).not.toContain(held);
      expect(shown).toContain('[secret]');
    }),
  );
});

test('redactor: leaves any other text as it is', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(redactor(['not-in-any-random-text']).redact(text)).toBe(text)));
});
