import config from './jest.config.mjs';

const GUARDS = ['consent', 'directory', 'guards', 'keepers', 'losses', 'planned'];
const unit = config.projects.find(({ displayName }) => displayName === 'unit');

/** The tests of the guards alone, for `npm run test:mutation`. */
export default {
  ...unit,
  testTimeout: config.testTimeout,
  testMatch: GUARDS.map((name) => `<rootDir>/src/provider/engine/${name}.test.ts`),
};
