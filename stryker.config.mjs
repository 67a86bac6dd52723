import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a plan takes away and from whom, as functions of data; and what must be read for it, with a simulated tenant. */
const PARTS = {
  rules: {
    code: [
      'plan/consent',
      'guard/guards',
      'guard/losses',
      'guard/mass-removal',
      'guard/protected-principals',
      'guard/reductions',
      'access/step-effects',
      'access/reach',
    ],
    tests: [
      'plan/consent',
      'guard/guards',
      'guard/losses',
      'guard/mass-removal',
      'guard/protected-principals',
      'guard/reductions',
      'access/step-effects',
      'access/reach',
      'read/directory.after',
    ],
  },
  reading: {
    code: ['read/directory', 'read/edges-by-principal', 'guard/evidence', 'guard/last-holder', 'resources/edge-words'],
    tests: [
      'read/directory',
      'read/directory.live',
      'read/edges-by-principal',
      'guard/evidence',
      'guard/last-holder',
      'guard/last-holder.inherited',
      'resources/edge-words',
    ],
  },
};
const part = process.env.MUTATION_PART ?? 'rules';
const { code, tests } = PARTS[part];
process.env.MUTATION_TESTS = tests.join(' ');

/** Mutants of everything that refuses a plan or withholds consent. docs/design/guards.md states the score. */
export default {
  mutate: code.map((name) => `src/provider/${name}.ts`),
  testRunner: 'jest',
  jest: { configFile: 'jest.mutation.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 5_000,
  // tsconfig too: Stryker would read it through the compiler's API, which TypeScript 7 does not have.
  ignorePatterns: ['/dist', '/docs', '/examples', '/test/sweep', '/tsconfig*.json'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.stryker/${part}.json` },
  tempDirName: join(tmpdir(), 'delinea-iac-mutants'),
  cleanTempDir: 'always',
  thresholds: { high: 95, low: 90, break: 90 },
};
