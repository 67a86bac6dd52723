import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { packageHash } from './package-hash.js';

const folder = mkdtempSync(join(tmpdir(), 'hash-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('packageHash: is the published checksum, over sorted paths of all files', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'b'), 'hello\n');
  writeFileSync(join(folder, 'sub', 'a'), '');
  // printf '%s  b\n%s  sub/a\n' $(printf 'hello\n' | sha256sum | head -c 64) $(sha256sum /dev/null | head -c 64) | openssl sha256 -binary | base64
  expect(packageHash(folder)).toBe('h1:rol5RMvXCWbnvkDE0Q1nsNdK3lYbNWhUY4KZ8KCLlQ0=');
});
