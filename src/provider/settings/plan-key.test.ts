import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readPlanKey } from './plan-key.js';
import { readSettings } from './settings.js';

const KEY = '0123456789abcdef0123456789abcdef';

test('readPlanKey: reads the variable or the file, and returns undefined without both', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'key');
  writeFileSync(file, `${KEY}\n`);
  expect(readPlanKey({ DELINEA_PLAN_KEY: KEY })).toBe(KEY);
  expect(readPlanKey({ DELINEA_PLAN_KEY_FILE: file })).toBe(KEY);
  expect(readPlanKey({ DELINEA_PLAN_KEY: '' })).toBeUndefined();
});

test('readPlanKey: refuses a short key without repeating it', () => {
  const short = KEY.slice(1);
  expect(() => readPlanKey({ DELINEA_PLAN_KEY: short })).toThrow('DELINEA_PLAN_KEY has fewer than 32 characters');
  expect(() => readPlanKey({ DELINEA_PLAN_KEY: short })).not.toThrow(short);
  expect(() => readPlanKey({ DELINEA_PLAN_KEY_FILE: '/nowhere' })).toThrow('cannot read the file');
});

test('readSettings: redacts the plan key', () => {
  const { redact } = readSettings({ url: 'https://acme.delinea.app' }, { DELINEA_PLAN_KEY: KEY });
  expect(redact(`key ${KEY}.`)).toBe('key [secret].');
});
