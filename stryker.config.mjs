const GUARDS = ['consent', 'directory', 'guards', 'keepers', 'losses', 'planned'];

/** Mutants of everything that refuses a plan or withholds consent. docs/design/guards.md states the score. */
export default {
  mutate: GUARDS.map((name) => `src/provider/engine/${name}.ts`),
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'jest.mutation.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant that never ends is killed; a busy machine is not taken for one.
  timeoutMS: 20_000,
  // tsconfig too: Stryker would read it through the compiler's API, which TypeScript 7 does not have.
  ignorePatterns: ['/dist', '/docs', '/examples', '/test/sweep', '/tsconfig*.json'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker/mutation.json' },
  tempDirName: '.stryker/tmp',
  thresholds: { high: 95, low: 90, break: 90 },
};
