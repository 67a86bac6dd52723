import { issue, readForm } from '../http/oauth.js';
import { Refusal } from '../http/refusal.js';
import type { Credentials, Tenant } from '../tenant.js';

type Login = (credentials: Credentials, form: URLSearchParams) => string | undefined;

/** The grants: each returns the name of the account, or `undefined` for wrong credentials. */
const GRANTS: Readonly<Record<string, Login>> = {
  password: ({ secretServerUser, secretServerPassword, secretServerDomain }, form) =>
    form.get('username') === secretServerUser &&
    form.get('password') === secretServerPassword &&
    (form.get('domain') ?? '') === (secretServerDomain ?? '')
      ? secretServerUser
      : undefined,
  client_credentials: ({ secretServerClientId, secretServerClientSecret }, form) =>
    form.get('client_id') === secretServerClientId && form.get('client_secret') === secretServerClientSecret
      ? secretServerClientId
      : undefined,
};

/** Serves `POST /SecretServer/oauth2/token`. Any denied request has the body of a wrong password (tss issue 30). */
export async function grantToken(tenant: Tenant, request: Request): Promise<Response> {
  const form = await readForm(request);
  const login = GRANTS[form.get('grant_type') ?? ''];
  const account = login?.(tenant.credentials, form);
  if (account === undefined) throw new Refusal(400, 'Login failed.', 'invalid_grant');
  return Response.json(issue(tenant, { surface: 'secret-server', scopes: [], account }, 'bearer'));
}
