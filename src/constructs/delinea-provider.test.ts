import { describe, expect, test } from '@jest/globals';
import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import { providerSchema } from '../terraform/schema.js';
import type { DelineaProviderConfig } from './gen/provider.js';
import { DelineaProvider, type DelineaProviderProps, l1 } from './index.js';

type Missing = Exclude<keyof DelineaProviderConfig, keyof DelineaProviderProps>;
const nothingMissing: [Missing] extends [never] ? true : never = true;

const SECRETS = Object.entries(providerSchema().provider.block.attributes)
  .filter(([, { sensitive }]) => sensitive)
  .map(([name]) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()));

describe('DelineaProvider', () => {
  test('no props: settings come from the environment', () => {
    expect(synth((stack) => new DelineaProvider(stack, 'delinea')).provider.delinea).toEqual([{}]);
  });

  test('props: cover every setting, secrets by reference', () => {
    expect(nothingMissing).toBe(true);
    const { provider } = synth((stack) => {
      const secret = new TerraformVariable(stack, 'secret', { type: 'string', sensitive: true }).stringValue;
      new DelineaProvider(stack, 'delinea', {
        tenant: 'acme',
        url: 'https://acme.delinea.app',
        clientId: 'client',
        clientSecret: secret,
        scimToken: secret,
        scimClientId: 'scim',
        scimClientSecret: secret,
        profile: 'platform',
        secretServerUrl: 'https://acme.secretservercloud.com',
        secretServerUser: 'svc',
        secretServerPassword: secret,
        secretServerDomain: 'CORP',
        secretServerClientId: 'ss-client',
        secretServerClientSecret: secret,
        secretServerScimToken: secret,
        connectorUrl: 'https://vault.example.com/SCIMConnector',
        connectorToken: secret,
        caFile: 'ca.pem',
        concurrency: 4,
        timeoutSeconds: 10,
        retries: 2,
        maxRequests: 500,
        visibilitySeconds: 5,
        allowDelete: true,
        externalIdFrom: 'userName',
        protectedPrincipals: ['break.glass@example.com'],
        adminRoles: ['Platform Admin'],
        allowRemovals: 7,
        allowMissing: 2,
        allowPrincipals: ['break.glass@example.com'],
        allowOrphans: ['Platform Admin'],
        routing: [{ kind: 'user', surface: 'platform-scim' }],
        surfaces: [{ name: 'scim-cloud', baseUrl: 'https://x/${y}' }],
      });
    });
    const settings = providerSchema().provider.block.attributes;
    expect(Object.keys(provider.delinea[0]!).sort()).toEqual(Object.keys(settings).sort());
    expect(provider.delinea[0]).toMatchObject({
      client_secret: '${var.secret}',
      surfaces: [{ name: 'scim-cloud', base_url: 'https://x/$${y}' }],
    });
  });

  test('two blocks without an alias, or with the same one: are an error that names both', () => {
    const found = mistakes((stack) => {
      new DelineaProvider(stack, 'second', { tenant: 'acme' });
      new l1.DelineaProvider(stack, 'below', { alias: 'eu' });
      new DelineaProvider(stack, 'eu', { alias: 'eu' });
      new DelineaProvider(stack, 'us', { alias: 'us' });
    });
    expect(found).toEqual([
      '[stack/second] the stack has two providers without an alias, stack/delinea and stack/second; remove one, or give it an alias of its own',
      '[stack/eu] the stack has two providers with the alias "eu", stack/below and stack/eu; remove one, or give it an alias of its own',
    ]);
  });

  test.each(SECRETS)('literal %s: is an error and reaches no file', (name) => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    new DelineaProvider(stack, 'delinea', { [name]: 'hunter2' });
    expect(() => Testing.synth(stack, true)).toThrow(
      new RegExp(`\\[stack/delinea\\] ${name} would be written to cdk.tf.json as plain text; set DELINEA_`),
    );
    expect(() => Testing.synth(stack, true)).not.toThrow(/hunter2/);
    expect(Testing.synth(stack)).not.toContain('hunter2');
  });
});
