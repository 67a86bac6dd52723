import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { adminOf } from './directory/admin.js';
import { Directory } from './directory/directory.js';
import { containerNamed } from './directory/names.js';
import { type SimulatorData, seed } from './directory/seed.js';
import { stateOf } from './directory/state.js';
import type { FaultSettings } from './faults/fault.js';
import { Faults } from './faults/faults.js';
import { Tokens } from './http/tokens.js';
import { Traffic } from './http/traffic.js';
import { ErrorThreshold } from './scim/error-threshold.js';
import { requestHandler } from './server.js';
import type { Simulator } from './simulator.js';
import type { Credentials, Tenant, TenantOptions } from './tenant.js';

export interface SimulatorOptions extends Partial<TenantOptions> {
  /** Port; 0 (default): any free one. */
  readonly port?: number;
  readonly data?: SimulatorData;
  /** Number of users in addition to the data, `user00001@example.com` and so on. */
  readonly seedUsers?: number;
  readonly faults?: FaultSettings;
  /** Serve HTTPS with this PEM key and certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly credentials?: Partial<Credentials>;
}

/** The only address: its data and its control plane are for programs of this machine. */
/** Time for which an idle connection stays open: a busy machine may need longer than the 5 s of Node.js. */
const IDLE_MS = 60_000;
const HOST = '127.0.0.1';

const CREDENTIALS: Credentials = {
  clientId: 'delinea-iac',
  clientSecret: 'simulated-client-secret',
  scimToken: 'simulated-scim-token',
  serviceUser: 'scim.integration@example.com',
  servicePassword: 'simulated-service-password',
  secretServerScimToken: 'simulated-secret-server-scim-token',
  connectorToken: 'simulated-connector-token',
  secretServerUser: 'api.integration',
  secretServerPassword: 'simulated-secret-server-password',
  secretServerClientId: 'simulated-secret-server-client',
  secretServerClientSecret: 'simulated-secret-server-secret',
};

/**
 * Starts a simulated tenant on a real socket: Platform REST and Platform SCIM (guide 000), the SCIM Cloud Connector
 * (guides 002 to 004), the Platform's identity API and audit, Secret Server REST (OpenAPI 11.7.2), Secret Server's SCIM (guide 001) and
 * the on-prem SCIM Connector over one directory. A control plane for other processes is at `/_simulator/` (control.ts).
 * @throws {Error} when the data refers to an object that it does not define, or the port is in use
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const tenant = makeTenant(options);
  const traffic = new Traffic();
  const { tls, port = 0 } = options;
  const simulator: Mutable<Simulator> = makeSimulator(tenant, traffic);
  const handle = requestHandler(tenant, traffic, simulator);
  const server = createAdaptorServer({
    fetch: (request, env) => handle(request, env as Parameters<typeof handle>[1]),
    overrideGlobalObjects: false,
    ...(tls ? { createServer: createHttpsServer, serverOptions: tls } : { createServer: createHttpServer }),
  }) as ReturnType<typeof createHttpServer>;
  server.keepAliveTimeout = IDLE_MS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve));
  simulator.port = (server.address() as AddressInfo).port;
  simulator.url = `${tls ? 'https' : 'http'}://${HOST}:${simulator.port}`;
  simulator.env = environment(simulator);
  simulator.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return simulator;
}

function containerIds(directory: Directory, names: readonly string[]): Set<string> {
  for (const name of names) containerNamed(directory, name);
  return new Set(names.flatMap((name) => directory.containers.byName(name).map(({ id }) => id)));
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function makeTenant(options: SimulatorOptions): Tenant {
  const faults = new Faults(options.faults);
  let seeding = true;
  const delayMs = () => (seeding ? 0 : (faults.conditions.visibilityDelayMs ?? 0));
  const directory = new Directory(delayMs, options.numbered);
  seed(directory, options.data ?? {}, options.seedUsers ?? 0);
  for (const ids of Object.values(directory.connectorIds)) ids.closeRing();
  seeding = false;
  const credentials = { ...CREDENTIALS, ...options.credentials };
  const { visibleContainers } = options;
  return {
    directory,
    faults,
    credentials,
    tokens: new Tokens({
      scim: credentials.scimToken,
      'secret-server-scim': credentials.secretServerScimToken,
      'scim-connector': credentials.connectorToken,
    }),
    connectorErrors: new ErrorThreshold(),
    ownedContainers: visibleContainers && containerIds(directory, visibleContainers),
    options: {
      idSpaces: options.idSpaces ?? 'split',
      numbered: options.numbered ?? false,
      leanLists: options.leanLists ?? false,
      uniquePermissions: options.uniquePermissions ?? true,
      duplicatesWithoutExternalId: options.duplicatesWithoutExternalId ?? true,
      secretServer: options.secretServer ?? 'standalone',
      ...(visibleContainers && { visibleContainers }),
      identityWrites: options.identityWrites ?? 'all',
      rowKeys: options.rowKeys ?? 'as-documented',
    },
  };
}

function makeSimulator(tenant: Tenant, traffic: Traffic): Simulator {
  const { directory, faults, credentials, tokens } = tenant;
  return {
    url: '',
    port: 0,
    env: {},
    credentials,
    faults,
    admin: adminOf(directory, tenant.connectorErrors),
    get requests() {
      return traffic.counts;
    },
    get log() {
      return traffic.log;
    },
    resetRequests: () => traffic.reset(),
    seeOnly: (containers) => {
      tenant.ownedContainers = containerIds(directory, containers);
    },
    revokeTokens: () => tokens.revokeAll(),
    state: () => stateOf(directory),
    close: async () => {},
  };
}

function environment({ url, credentials }: Pick<Simulator, 'url' | 'credentials'>): Record<string, string> {
  return {
    DELINEA_URL: url,
    DELINEA_CLIENT_ID: credentials.clientId,
    DELINEA_CLIENT_SECRET: credentials.clientSecret,
    DELINEA_SCIM_TOKEN: credentials.scimToken,
    DELINEA_SCIM_CLIENT_ID: credentials.serviceUser,
    DELINEA_SCIM_CLIENT_SECRET: credentials.servicePassword,
    DELINEA_SECRET_SERVER_SCIM_TOKEN: credentials.secretServerScimToken,
    DELINEA_CONNECTOR_URL: `${url}/SCIMConnector`,
    DELINEA_CONNECTOR_TOKEN: credentials.connectorToken,
    DELINEA_SECRET_SERVER_URL: `${url}/SecretServer`,
    DELINEA_SECRET_SERVER_USER: credentials.secretServerUser,
    DELINEA_SECRET_SERVER_PASSWORD: credentials.secretServerPassword,
  };
}
