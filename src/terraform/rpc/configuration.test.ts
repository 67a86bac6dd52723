import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { openLog } from '../plugin/log.js';
import { UNKNOWN } from '../values/value.js';
import { readBlocks } from './blocks.js';
import { checkProvider, configure, unknownConfiguration } from './configuration.js';

const { provider } = readBlocks();
const log = openLog({}, () => undefined);

describe('check of the provider block', () => {
  test.each([
    ['empty', {}],
    ['unknown address', { url: UNKNOWN }],
    ['missing certificate file, which may exist later', { caFile: '/nowhere/ca.pem' }],
    ['allowance, which the environment may permit', { allowRemovals: 3 }],
  ])('%s: passes without environment', (_, values) => {
    expect(checkProvider(provider, values)).toEqual([]);
  });

  test.each([
    ['wrong type', { concurrency: 0 }, 'concurrency'],
    ['invalid URL', { url: 'ftp://acme.example.com' }, 'url'],
    ['unknown surface', { tenant: 'acme', routing: [{ kind: 'user', surface: 'nowhere' }] }, 'routing'],
  ])('%s: is an error at the setting', (_, values, attributeName) => {
    expect(checkProvider(provider, values)).toMatchObject([{ attribute: { steps: [{ attributeName }] } }]);
  });
});

describe('configuration with unknown settings', () => {
  const configuration = unknownConfiguration(
    { clientId: UNKNOWN, concurrency: 4, adminRoles: [UNKNOWN] },
    (text) => text,
  );

  test('warning: lists the settings as in HCL, and the environment variable', () => {
    expect(configuration.warnings).toEqual([
      {
        message:
          'provider settings known only after an apply: client_id, admin_roles; nothing is read or checked until then',
        hint: expect.stringMatching(/^Set DELINEA_CLIENT_ID instead, or .* \(-target\)\.$/),
      },
    ]);
    expect(configuration.session).toBeUndefined();
  });

  test.each(['one', 'many'] as const)('data source (%s): fails with the settings', async (method) => {
    await expect(configuration.dataSources()[method]('user', 'jane' as never)).rejects.toMatchObject({
      code: 'settings_invalid',
      message: expect.stringContaining('client_id, admin_roles'),
    });
  });
});

describe('configuration with a tenant', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ data: { users: [{ userName: 'jane', displayName: 'Jane' }] } });
  });
  afterAll(() => simulator?.close());

  test('data sources: are cached until forgetReads', async () => {
    const { dataSources, forgetReads, session, warnings } = await configure({}, simulator.env, log);
    expect([session === undefined, warnings]).toEqual([false, []]);
    expect(await dataSources().one('user', 'jane')).toMatchObject({ displayName: 'Jane' });
    const before = simulator.requests.total;
    await dataSources().one('user', 'jane');
    expect(simulator.requests.total).toBe(before);
    forgetReads();
    await dataSources().one('user', 'jane');
    expect(simulator.requests.total).toBeGreaterThan(before);
  });

  test('redact: hides the secrets of the environment', async () => {
    const { redact } = await configure({}, simulator.env, log);
    expect(redact(`a ${simulator.env.DELINEA_CLIENT_SECRET}`)).not.toContain(simulator.env.DELINEA_CLIENT_SECRET);
  });

  test('address in code: a warning shows where requests go', async () => {
    const { warnings } = await configure({ url: simulator.url }, simulator.env, log);
    expect(warnings).toMatchObject([
      {
        message: `the provider block sets url; tenant: ${simulator.url}; accounts: ${simulator.env.DELINEA_CLIENT_ID}, ${simulator.env.DELINEA_SCIM_CLIENT_ID}, ${simulator.env.DELINEA_SECRET_SERVER_USER}`,
      },
    ]);
  });

  test('missing tenant: is an error', async () => {
    await expect(configure({}, {}, log)).rejects.toMatchObject({ code: 'settings_invalid', path: 'tenant' });
  });
});
