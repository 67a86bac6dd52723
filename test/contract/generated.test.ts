import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { differences } from '../../scripts/generate/files.js';
import { generate } from '../../scripts/generate.js';
import { resources } from '../../src/provider/index.js';
import { ROOT } from '../support/cdktf/synth-process.js';

jest.setTimeout(60_000);

test('generated files: bindings, enums, reference pages and schema.json match the definitions', async () => {
  expect(differences(ROOT, await generate())).toEqual([]);
});

test('schema.json: it accepts and refuses the same values as the definitions', () => {
  const { $defs } = JSON.parse(readFileSync(join(ROOT, 'schema.json'), 'utf8')) as { $defs: Record<string, object> };
  expect(Object.keys($defs)).toEqual(resources.map(({ type }) => type));
  const user = z.fromJSONSchema($defs.user as Parameters<typeof z.fromJSONSchema>[0]);
  expect(user.safeParse({ userName: 'jane@example.com', emails: [{ value: 'jane@example.com' }] }).success).toBe(true);
  expect(user.safeParse({ emails: [{ value: 'jane@example.com' }] }).success).toBe(false);
  expect(user.safeParse({ userName: 'jane', onRemoval: 'burn' }).success).toBe(false);
});

test('assumptions page: it lists the assumptions about the surfaces', () => {
  const page = readFileSync(join(ROOT, 'docs/guides/assumptions.md'), 'utf8');
  expect(page.match(/^- \*\*/gm)!.length).toBeGreaterThanOrEqual(5);
});
