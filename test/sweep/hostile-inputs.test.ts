import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MEASURE_MEMORY, peakMemory } from '../support/cli/peak-memory.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

let project: Project;
beforeAll(async () => {
  project = await openProject({ seedUsers: 1 });
});
afterAll(() => project.close());

const numbered = (count: number, block: (index: number) => object) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`u${index}`, block(index)]));
const stackOf = (resource: object, more = {}) =>
  JSON.stringify({ '//': { metadata: { stackName: 'people' } }, provider: { delinea: [{}] }, resource, ...more });
const users = (count: number, block: (index: number) => object) => stackOf({ delinea_user: numbered(count, block) });
const user = (index: number) => ({ user_name: `user${index}@example.com` });
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** Runs a command and returns its error, of which the end says how many more there are. */
async function errorOf(args: readonly string[]): Promise<{ code: number | null; err: string }> {
  const began = performance.now();
  const { code, err, writes } = await project.runWith(MEASURE_MEMORY, ...args);
  expect(writes).toBe(0);
  expect(peakMemory(err)).toBeLessThan(512);
  expect(performance.now() - began).toBeLessThan(15_000);
  return { code, err: err.replace(/peak\d+$/, '') };
}

/** Each stack, and the start of the error that it has to end in. */
const STACKS: Readonly<Record<string, readonly [() => string, string]>> = {
  'a million objects': [
    () => `{"resource":{"delinea_user":{${Array.from({ length: 1e6 }, (_, index) => `"u${index}":{}`).join()}}}}`,
    'Error: 1000000 declarations, more than 100000',
  ],
  'a million objects with names': [
    () => users(1e6, (index) => ({ user_name: `u${index}` })),
    'Error: the file has more values than fit in 128 MB',
  ],
  'JSON of 100,000 levels': [() => `{"resource":${DEEP}}`, 'Error: the file is nested more than 64 levels deep'],
  'a name of 50 MB': [
    () => users(1, () => ({ user_name: 'x'.repeat(5e7) })),
    'Error: the file has a text of more than 65536 characters',
  ],
  'a cycle of 10,000 references': [
    () => users(10_000, (index) => ({ ...user(index), depends_on: [`delinea_user.u${(index + 1) % 10_000}`] })),
    'Error: declarations refer to each other in a cycle: delinea_user.u0 -> delinea_user.u1 -> ',
  ],
};

test.each(Object.entries(STACKS))('hostile stack: plan ends in one error after %s', async (_, [stack, error]) => {
  project.write('cdk.tf.json', stack());
  const { code, err } = await errorOf(['plan']);
  expect(code).toBe(1);
  expect(err.startsWith(error)).toBe(true);
  expect(err.length).toBeLessThan(1_000);
});

test('hostile stack: plan shows the first of 10,000 different errors, and their number', async () => {
  project.write(
    'cdk.tf.json',
    users(10_000, (index) => ({ ...user(index), [`x${index}`]: 1 })),
  );
  const { code, err } = await errorOf(['plan']);
  expect(code).toBe(1);
  expect(err.match(/^Error: /gm)).toHaveLength(100);
  expect(err.trimEnd().endsWith('and 9900 more errors')).toBe(true);
});

test('hostile stack: plan shows equal errors of 10,000 objects as one', async () => {
  project.write(
    'cdk.tf.json',
    users(10_000, (index) => ({ user_nam: `user${index}` })),
  );
  const { err } = await errorOf(['plan']);
  expect(err).toContain('Error: User has no attribute "user_nam"');
  expect(err).toContain('  at: and 9996 more\n');
});

test.each([
  ['JSON of 100,000 levels', `{"objects":${DEEP}}`, 'the file is nested more than 64 levels deep'],
  ['a name of 1 MB', `{"stack":"${'x'.repeat(1e6)}"}`, 'the file has a text of more than 65536 characters'],
])('hostile ledger: drift ends in one error after %s', async (_, ledger, error) => {
  project.write('cdk.tf.json', users(1, user));
  project.write(LEDGER, ledger);
  const { code, err } = await errorOf(['drift']);
  expect(code).toBe(1);
  expect(err).toContain(`Error: the ledger is damaged: ${error}`);
});

test('hostile state: import-state ends in one error after JSON of 100,000 levels', async () => {
  project.write('state.json', `{"values":${DEEP}}`);
  const { code, err } = await errorOf(['import-state', 'state.json']);
  expect(code).toBe(1);
  expect(err).toContain('the file is nested more than 64 levels deep');
});
