import type { Simulator } from './simulator.js';

/** A response in a test. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  readonly text: string;
}

/** Sends one request with one credential. The body is sent as JSON unless it is a string. */
export type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

const ALL_SCOPES = 'delinea:api:read delinea:api:write delinea:api:admin';

/** Plain fetch against a simulator, for its own tests. */
export async function send(
  simulator: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = sent === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(simulator.url + path, {
    method,
    headers: { ...type, ...headers },
    ...(sent && { body: sent }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
}

/** Returns a client of the Platform REST surface, with its own token. */
export async function rest(simulator: Simulator, scope = ALL_SCOPES): Promise<Send> {
  const { clientId, clientSecret } = simulator.credentials;
  return bearer(simulator, await tokenFrom(simulator, '/identity/connect/token', clientId, clientSecret, scope));
}

/** Returns a client of the Platform's identity API, with its own token. */
export async function identity(simulator: Simulator): Promise<Send> {
  const { clientId, clientSecret } = simulator.credentials;
  const path = '/identity/api/oauth2/token/xpmplatform';
  return bearer(simulator, await tokenFrom(simulator, path, clientId, clientSecret, 'xpmheadless'));
}

/** Returns a client of the Platform's SCIM, with the static token. */
export function scim(simulator: Simulator): Send {
  return bearer(simulator, simulator.credentials.scimToken);
}

/** Returns a client of Secret Server's own SCIM, with its static token. */
export function secretServerScim(simulator: Simulator): Send {
  return bearer(simulator, simulator.credentials.secretServerScimToken);
}

/** Returns a client of the on-prem SCIM Connector, with its static token. */
export function onPremConnector(simulator: Simulator): Send {
  return bearer(simulator, simulator.credentials.connectorToken);
}

/** Returns a client of the SCIM Cloud Connector, with its own token. */
export async function connector(simulator: Simulator): Promise<Send> {
  const { serviceUser, servicePassword } = simulator.credentials;
  const path = '/identity/api/oauth2/token/xpmplatform';
  return bearer(simulator, await tokenFrom(simulator, path, serviceUser, servicePassword, 'xpm.platform'));
}

const SECRET_SERVER_LOGIN = '/SecretServer/oauth2/token';

/** Returns a client of Secret Server, with the token of its local account. Paths are those after `/SecretServer/api`. */
export async function secretServer(simulator: Simulator): Promise<Send> {
  const { secretServerUser: username, secretServerPassword: password } = simulator.credentials;
  const { body } = await grant(simulator, SECRET_SERVER_LOGIN, { grant_type: 'password', username, password });
  const client = bearer(simulator, String(body.access_token));
  return (method, path, ...rest) => client(method, `/SecretServer/api${path}`, ...rest);
}

export async function grant(simulator: Simulator, path: string, form: Record<string, string>): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send(simulator, 'POST', path, new URLSearchParams(form).toString(), headers);
}

/** Returns a path with a filter as query: `?filter=…`. */
export function filtered(path: string, filter: string): string {
  return `${path}?${new URLSearchParams({ filter })}`;
}

/** Returns a SCIM PatchOp message. */
export function patchOp(...operations: object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

function bearer(simulator: Simulator, token: string): Send {
  return (method, path, body, headers) =>
    send(simulator, method, path, body, { authorization: `Bearer ${token}`, ...headers });
}

async function tokenFrom(simulator: Simulator, path: string, id: string, secret: string, scope: string) {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret, scope };
  const { body } = await grant(simulator, path, form);
  return String(body.access_token);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
