import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plain } from '../review/index.js';
import { installProviderCommand } from './install-provider.js';
import type { Terminal } from './terminal.js';

test('a copy that was not built says what is missing, and makes nothing', () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  const quiet = () => undefined;
  const terminal: Terminal = { out: quiet, err: quiet, ask: undefined, redraws: false, paint: plain, env: {} };
  // Beside the source there is no provider.
  expect(() => installProviderCommand({ dir }, terminal, '1.2.3')).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('npm run build') }),
  );
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});
