import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { quietTerminal } from '../../test/support/cli/run-here.js';
import { installProviderCommand } from './install-provider.js';

test('install-provider: names the missing file and writes nothing when the provider was not built', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  // There is no provider in the folder of the sources.
  await expect(installProviderCommand({ dir }, quietTerminal({}), '1.2.3')).rejects.toEqual(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('npm run build') }),
  );
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});

test.each([
  ['', false],
  ['', true],
  ['here', true],
])('install-provider: refuses a home folder that is not absolute: HOME=%j, uninstall %j', async (HOME, uninstall) => {
  await expect(installProviderCommand({ uninstall }, quietTerminal({ HOME }), '1.2.3')).rejects.toEqual(
    expect.objectContaining({ code: 'settings_invalid', path: 'HOME', hint: expect.stringContaining('--dir') }),
  );
});

test('install-provider: needs no home folder when --dir is passed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'plugins-'));
  expect(await installProviderCommand({ dir, uninstall: true }, quietTerminal({ HOME: '' }), '1.2.3')).toBe(0);
  // The folder is the user's own.
  expect(existsSync(dir)).toBe(true);
  rmSync(dir, { recursive: true, force: true });
});
