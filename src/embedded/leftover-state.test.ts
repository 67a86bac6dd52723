import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { refuseLeftoverState } from './leftover-state.js';
import { readStack } from './stack.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const PROVIDER = 'provider["registry.terraform.io/delinea-iac/delinea"]';
const user = (name: string, more: object = {}) => ({
  ...{ mode: 'managed', type: 'delinea_user', name, provider: PROVIDER, instances: [{ attributes: {} }] },
  ...more,
});

/** Looks at this state, beside or where the backend has it, with a stack that declares jane. */
function look(state: unknown, more: object = {}, file = 'terraform.tfstate'): boolean {
  const stack = { resource: { delinea_user: { jane: { user_name: 'jane@example.com' } } }, ...more };
  const path = join(folder, file);
  mkdirSync(join(folder, 'cdktf.out', 'stacks', 'people'), { recursive: true });
  writeFileSync(path, typeof state === 'string' ? state : JSON.stringify(state));
  const written = join(folder, 'cdktf.out', 'stacks', 'people', 'cdk.tf.json');
  writeFileSync(written, JSON.stringify(stack));
  return refuseLeftoverState(readStack(written));
}

const backend = (path: string) => ({ terraform: { backend: { local: { path } } } });
const BESIDE = join('cdktf.out', 'stacks', 'people', 'terraform.tfstate');
const holding = (...resources: object[]) => ({ version: 4, resources });

test('refuseLeftoverState: accepts resources that are declared, moved or forgotten, and those of other providers', () => {
  const refactored = {
    moved: [{ from: 'delinea_user.janet', to: 'delinea_user.jane' }],
    removed: [{ from: 'delinea_user.let_go', lifecycle: { destroy: false } }],
  };
  const others = [
    user('seen', { mode: 'data' }),
    user('foreign', { type: 'null_resource' }),
    user('another', { provider: 'provider["registry.terraform.io/other/delinea"]' }),
    user('gone', { instances: [] }),
  ];
  const state = holding(user('jane'), user('janet'), user('let_go'), ...others);
  expect(look(state, refactored, BESIDE)).toBe(true);
});

test.each([
  ['beside the stack', BESIDE, {}],
  ['where the backend has it', 'terraform.people.tfstate', 'absolute'],
  [
    'where the backend has it, from the stack',
    'terraform.people.tfstate',
    backend('../../../terraform.people.tfstate'),
  ],
])('refuseLeftoverState: refuses resources whose code was deleted: %s', (_, file, stack) => {
  const more = typeof stack === 'string' ? backend(join(folder, file)) : stack;
  const state = holding(
    user('jane'),
    user('bob'),
    user('many', { instances: [{ index_key: 0 }, { index_key: 'a"b' }] }),
    user('deep', { module: 'module.x' }),
  );
  expect(() => look(state, more, file)).toThrow(
    expect.objectContaining({
      code: 'guarded',
      path: join(folder, file),
      message: expect.stringContaining(
        ': delinea_user.bob, delinea_user.many[0], delinea_user.many["a\\"b"], module.x.delinea_user.deep',
      ),
      hint: expect.stringMatching(/Move the state away.* state rm 'delinea_user\.bob' 'delinea_user\.many\[0\]'/),
    }),
  );
});

test('refuseLeftoverState: names the first addresses and counts the others', () => {
  const state = holding(...Array.from({ length: 7 }, (_, index) => user(`u${index}`)));
  expect(() => look(state, {}, BESIDE)).toThrow(/delinea_user\.u4 and 2 others$/);
});

test.each([
  ['none', '{}', 'elsewhere.tfstate'],
  ['empty', '', BESIDE],
  ['sealed', '{"encrypted_data":"x"}', BESIDE],
  ['of another version', { version: 5, resources: [] }, BESIDE],
])('refuseLeftoverState: returns false when there is no readable state: %s', (_, state, file) => {
  expect(look(state, {}, file)).toBe(false);
});
