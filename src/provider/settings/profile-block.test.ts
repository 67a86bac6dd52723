import { describe, expect, test } from '@jest/globals';
import { profileBlock } from './profile-block.js';
import { readSettings } from './settings.js';

const ENV = {
  DELINEA_TENANT: 'acme',
  DELINEA_CLIENT_ID: 'client',
  DELINEA_CLIENT_SECRET: 'client-secret',
  DELINEA_SCIM_TOKEN: 'scim-token',
  DELINEA_SECRET_SERVER_URL: 'https://vault.example.com/SecretServer',
};
const block = (profile: Parameters<typeof profileBlock>[0], env: Record<string, string> = {}) =>
  profileBlock(profile, readSettings({}, { ...ENV, ...env }));
const variables = (made: ReturnType<typeof block>) =>
  Object.fromEntries(made.variables.map(({ name, value }) => [name, value]));

describe('profileBlock', () => {
  test('has the address, the profile and the accounts, and names secrets without their values', () => {
    const made = block('platform');
    expect(made.code).toEqual({ url: 'https://acme.delinea.app', profile: 'platform' });
    expect(variables(made)).toEqual({
      DELINEA_URL: 'https://acme.delinea.app',
      DELINEA_PROFILE: 'platform',
      DELINEA_CLIENT_ID: 'client',
      DELINEA_CLIENT_SECRET: undefined,
      DELINEA_SCIM_TOKEN: undefined,
      DELINEA_SCIM_CLIENT_ID: 'client',
      DELINEA_SCIM_CLIENT_SECRET: undefined,
    });
    expect(JSON.stringify(made)).not.toMatch(/client-secret|scim-token/);
  });

  test('has the host and the credentials in use of a surface of its own', () => {
    const made = block('secret-server');
    expect(made.code).toEqual({
      url: 'https://acme.delinea.app',
      profile: 'secret-server',
      secretServerUrl: 'https://vault.example.com/SecretServer',
    });
    expect(variables(made)).toMatchObject({ DELINEA_CLIENT_ID: 'client' });
    const user = { DELINEA_SECRET_SERVER_USER: 'api', DELINEA_SECRET_SERVER_PASSWORD: 'api-password' };
    expect(variables(block('secret-server', user))).toMatchObject({ DELINEA_SECRET_SERVER_USER: 'api' });
    expect(variables(block('secret-server', user))).not.toHaveProperty('DELINEA_CLIENT_ID');
  });

  test('has no tenant where there is no Platform', () => {
    const connector = {
      DELINEA_CONNECTOR_URL: 'https://vault.example.com/SCIMConnector',
      DELINEA_CONNECTOR_TOKEN: 'a-token-of-it',
    };
    const made = block('scim-connector', { DELINEA_TENANT: '', ...connector });
    expect(made.code).toEqual({ profile: 'scim-connector', connectorUrl: 'https://vault.example.com/SCIMConnector' });
    expect(variables(made)).not.toHaveProperty('DELINEA_URL');
  });

  test('keeps what differs from the documented address, scope and id space, and nothing else', () => {
    const surfaces = [
      {
        name: 'platform-rest',
        token_url: 'https://acme.delinea.app/token',
        read_scope: 'read',
      },
      { name: 'scim-cloud', base_url: 'https://acme.delinea.app/other', id_space: 'platform' },
      { name: 'secret-server', base_url: 'https://vault.example.com/api' },
    ];
    const env = { DELINEA_SURFACES: JSON.stringify(surfaces) };
    expect(JSON.parse(variables(block('platform', env)).DELINEA_SURFACES!)).toEqual(surfaces.slice(0, 2));
    expect(block('secret-server', env).code).toEqual({
      url: 'https://acme.delinea.app',
      profile: 'secret-server',
      secretServerUrl: 'https://vault.example.com',
    });
  });
});
