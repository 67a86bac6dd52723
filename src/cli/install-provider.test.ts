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

test('install-provider: names the missing file and writes nothing when the provider was not built', () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  // There is no provider in the folder of the sources.
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
])('install-provider: refuses a home folder that is not absolute: HOME=%j, uninstall %j', (HOME, uninstall) => {
  expect(() => installProviderCommand({ uninstall }, terminal({ HOME }), '1.2.3')).toThrow(
    expect.objectContaining({ code: 'settings_invalid', path: 'HOME', hint: expect.stringContaining('--dir') }),
  );
});

test('install-provider: needs no home folder when --dir is passed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  expect(installProviderCommand({ dir, uninstall: true }, terminal({ HOME: '' }), '1.2.3')).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});
