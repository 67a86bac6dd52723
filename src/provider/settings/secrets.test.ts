import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSecret, redactor } from './secrets.js';

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

test('readSecret: reads a secret behind links, as Kubernetes mounts it, and refuses what would not end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(at('data'), 'hush-hush\n');
  symlinkSync('data', at('link'));
  symlinkSync('link', at('mounted'));
  expect(readSecret(at('mounted'), 'DELINEA_X_FILE')).toBe('hush-hush');
  execFileSync('mkfifo', [at('pipe')]);
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 200 * 1024 * 1024);
  for (const [path, why] of [
    [at('pipe'), 'the file is a named pipe, not a file'],
    ['/dev/zero', 'the file is a device, not a file'],
    [folder, 'the file is a folder, not a file'],
    [at('large'), 'the file is larger than 64 KiB'],
  ] as const) {
    const message = `DELINEA_X_FILE: cannot read the file (${why})`;
    expect(() => readSecret(path, 'DELINEA_X_FILE')).toThrow(
      expect.objectContaining({ message, path: 'DELINEA_X_FILE' }),
    );
  }
});
