import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plain } from '../review/index.js';
import { installProviderCommand } from './install-provider.js';
import type { Terminal } from './terminal.js';

const quiet = () => undefined;
const terminal = (env: NodeJS.ProcessEnv): Terminal => ({
  out: quiet,
  err: quiet,
  ask: undefined,
  redraws: false,
  paint: plain,
  env,
});

test('a copy that was not built says what is missing, and makes nothing', () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  // Beside the source there is no provider.
  expect(() => installProviderCommand({ dir }, terminal({}), '1.2.3')).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('npm run build') }),
  );
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});

test.each([
  ['', false],
  ['', true],
  ['here', true],
])('a home folder that is none is not taken for the current folder: HOME=%j, uninstall %j', (HOME, uninstall) => {
  expect(() => installProviderCommand({ uninstall }, terminal({ HOME }), '1.2.3')).toThrow(
    expect.objectContaining({ code: 'settings_invalid', path: 'HOME', hint: expect.stringContaining('--dir') }),
  );
});

test('nor is it asked for where the folder is named', () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  expect(installProviderCommand({ dir, uninstall: true }, terminal({ HOME: '' }), '1.2.3')).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});
