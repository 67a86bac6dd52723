import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readSecret } from './secrets.js';

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
