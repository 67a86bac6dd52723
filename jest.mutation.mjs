import config from './jest.config.mjs';

const unit = config.projects.find(({ displayName }) => displayName === 'unit');
const commonjs = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } };

/**
 * Unit tests as CommonJS, for `npm run test:mutation`: hundreds of runs in one process would otherwise fill its memory,
 * since the modules of vm contexts are not let go.
 */
export default {
  ...unit,
  testTimeout: config.testTimeout,
  roots: ['<rootDir>/src', '<rootDir>/test/support'],
  testMatch: (process.env.MUTATION_TESTS ?? '').split(' ').map((name) => `<rootDir>/src/provider/${name}.test.ts`),
  extensionsToTreatAsEsm: [],
  transform: { '\\.[jt]s$': ['@swc/jest', commonjs] },
  transformIgnorePatterns: [],
};
