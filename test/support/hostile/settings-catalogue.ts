import { surfaces } from '../../../src/provider/index.js';
import type { HostileChange } from './hostile-change.js';

/** A hostile value of a setting. `refused`: it has to be refused, by this text. */
interface HostileValue {
  readonly value: unknown;
  readonly refused?: boolean | string;
}

const refused = (...values: readonly unknown[]): HostileValue[] => values.map((value) => ({ value, refused: true }));
const harmless = (...values: readonly unknown[]): HostileValue[] => values.map((value) => ({ value }));
const surface = (name: string, values: object) => [{ name, ...values }];

/** Hostile values of every setting, in snake_case. */
export const HOSTILE_VALUES: Readonly<Record<string, readonly HostileValue[]>> = {
  tenant: refused('evil', 'evil.example/', '127.0.0.1:1#', '../evil', 'аcme', '@evil', 'evil\n'),
  url: [
    ...refused(
      '<decoy>',
      ' <decoy>',
      'https://<decoy-host>',
      'http://localhost:<port>',
      'http://127.0.0.2:<port>',
      'http://[::1]:<port>',
      'http://2130706433:<port>0',
      'https://127.0.0.1:<port>',
      '<tenant>.evil.example',
      '<tenant>@<decoy-host>',
      'http://user:pass@127.0.0.1:<port>',
      'http://evil.example',
      'https://evil.example',
      'https://acme.delinea.app.evil.example',
      'https://acme.delinea.app\\@evil.example',
      'https://аcme.delinea.app',
      'file:///etc/passwd',
    ),
    ...harmless('<tenant>/', '<tenant>/@<decoy-host>', '<tenant>/%2f%2f<decoy-host>'),
  ],
  client_id: refused('another-client', '::add-mask::x'),
  client_secret: refused('a secret of the code', 'short'),
  scim_token: harmless('a token of the code', 'a\r\nHost: evil.example'),
  scim_client_id: refused('another.account@example.com'),
  scim_client_secret: refused('a password of the code'),
  profile: refused('platform-identity', 'scim-cloud', 'secret-server', 'scim-connector', 'evil', '__proto__', ''),
  secret_server_url: refused(
    '<decoy>/SecretServer',
    'http://localhost:<port>/SecretServer',
    'https://evil.example/SecretServer',
    '<tenant>@<decoy-host>',
    'http://evil.example',
  ),
  secret_server_user: refused('another.account'),
  secret_server_password: refused('a password of the code'),
  secret_server_domain: refused('EVIL'),
  secret_server_client_id: harmless('another-client'),
  secret_server_client_secret: harmless('a secret of the code'),
  secret_server_scim_token: harmless('a token of the code'),
  connector_url: refused('<decoy>/SCIMConnector', 'http://127.0.0.2:<port>/SCIMConnector', 'https://evil.example'),
  connector_token: harmless('a token of the code'),
  ca_file: refused('<outside>/profile', '/dev/zero', '<outside>/missing.pem'),
  concurrency: [...harmless(1, 64), ...refused(0, 1e9)],
  timeout_seconds: [...harmless(1e9), ...refused(0, -1)],
  retries: [...harmless(0, 20), ...refused(21, -1)],
  max_requests: [...harmless(5, 1e9), ...refused(0)],
  visibility_seconds: [...harmless(0, 1e9), ...refused(-1)],
  allow_delete: harmless(true),
  external_id_from: [...harmless('userName'), ...refused('title')],
  protected_principals: [...harmless([], ['nobody@example.com']), ...refused([''])],
  admin_roles: harmless([], ['Auditor']),
  allow_removals: refused(1, 6, 99),
  allow_missing: refused(0, 6),
  allow_principals: refused(['chief@example.com'], []),
  allow_orphans: refused(['prod', 'Platform Admin']),
  routing: [
    ...harmless([{ kind: 'user', surface: 'platform-scim' }], [{ kind: 'group', surface: 'scim-cloud' }]),
    { value: [{ kind: 'user', surface: 'evil' }], refused: '"evil"' },
    { value: [{ kind: 'user', surface: '__proto__' }], refused: '"__proto__"' },
    ...refused([{ kind: '__proto__', surface: 'platform-rest' }]),
  ],
  surfaces: [
    ...Object.keys(surfaces).flatMap((name) =>
      refused(
        surface(name, { base_url: '<decoy>/api/v1' }),
        surface(name, { base_url: 'https://evil.example' }),
        surface(name, { id_space: 'mine' }),
      ),
    ),
    ...['platform-identity', 'secret-server'].flatMap((name) =>
      refused(surface(name, { token_url: '<decoy>/token' }), surface(name, { read_scope: 'everything' })),
    ),
    ...['platform-rest', 'scim-cloud'].flatMap((name) =>
      refused(
        surface(name, { token_url: '<decoy>/token' }),
        surface(name, { token_url: 'http://localhost:<port>/identity/connect/token' }),
        surface(name, { read_scope: 'delinea:api:read delinea:api:admin' }),
        surface(name, { write_scope: 'delinea:api:admin' }),
        surface(name, { admin_scope: 'everything' }),
      ),
    ),
    ...harmless(surface('platform-rest', { token_url: '<tenant>/elsewhere' })),
    ...refused(surface('evil', { base_url: '<decoy>' }), surface('__proto__', { base_url: '<decoy>' })),
  ],
};

/** Settings that are hostile together: credentials of the code for a server of the code. */
const TOGETHER: readonly HostileChange[] = [
  {
    name: 'own account and own URL of Secret Server',
    provider: {
      secret_server_url: '<decoy>/SecretServer',
      secret_server_user: 'mine',
      secret_server_password: 'a password of the code',
    },
    refused: 'secret_server_url',
  },
  {
    name: 'own client of Secret Server beside the account of the environment',
    provider: {
      routing: [{ kind: 'user', surface: 'secret-server' }],
      secret_server_client_id: 'mine',
      secret_server_client_secret: 'a secret of the code',
    },
  },
  {
    name: 'own token and own base URL of Platform SCIM',
    provider: {
      scim_token: 'a token of the code',
      surfaces: surface('platform-scim', { base_url: '<decoy>/scim/v2' }),
    },
    refused: 'surfaces.base_url',
  },
  {
    name: 'own client and own base URL of Platform REST',
    provider: {
      client_id: 'mine',
      client_secret: 'a secret of the code',
      surfaces: surface('platform-rest', { base_url: '<decoy>/api', token_url: '<decoy>/token' }),
    },
    refused: 'surfaces.base_url',
  },
  {
    name: 'all credentials and the tenant in code',
    provider: {
      url: '<decoy>',
      client_id: 'mine',
      client_secret: 'a secret of the code',
      scim_client_id: 'mine',
      scim_client_secret: 'a password of the code',
      scim_token: 'a token of the code',
    },
    refused: '"url"',
  },
  {
    name: 'half of the credentials and the tenant in code',
    provider: { url: '<decoy>', client_id: 'mine', scim_token: 'a token of the code' },
    refused: '"url"',
  },
];

/** Every hostile value of every setting, each as a change of its own. */
export const HOSTILE_SETTINGS: readonly HostileChange[] = [
  ...Object.entries(HOSTILE_VALUES).flatMap(([setting, values]) =>
    values.map((each) => ({
      name: `${setting} = ${JSON.stringify(each.value)}`,
      provider: { [setting]: each.value },
      ...(each.refused && { refused: each.refused === true ? setting : each.refused }),
    })),
  ),
  ...TOGETHER,
];
