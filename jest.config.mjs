const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

export default {
  maxWorkers: 3,
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/scripts/**/*.test.ts'] },
    { ...shared, displayName: 'system', testMatch: ['<rootDir>/test/!(sweep|support)/**/*.test.ts'] },
    { ...shared, displayName: 'sweep', testMatch: ['<rootDir>/test/sweep/**/*.test.ts'] },
  ],
};
