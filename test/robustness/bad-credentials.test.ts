import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../support/assert/refused.js';
import { secretsOf } from '../support/assert/secrets.js';
import { openProject, type Project } from '../support/cli/project.js';
import { environmentOf } from '../support/tenant/environment.js';

const COMMANDS = [['drift'], ['apply', '--init-ledger', '--auto-approve']] as const;
const APPLY = COMMANDS[1];
const jane = { delinea_user: { jane: { user_name: 'jane@example.com' } } };
const people = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
  );

let project: Project;

beforeEach(async () => {
  project = await openProject();
  project.declare(jane);
});

afterEach(() => project.close());

describe('leak search of the tests', () => {
  test('finds issued tokens and every spelling of a secret in a file', async () => {
    const { sim } = project;
    const { clientId, clientSecret } = sim.credentials;
    const answer = await fetch(`${sim.url}/identity/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'delinea:api:read',
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(secretsOf(sim)).toContain(token);
    for (const [index, secret] of [token, encodeURIComponent(clientSecret), JSON.stringify(clientSecret)].entries()) {
      project.write('note.txt', `a line\nwith ${secret} in it`);
      expect([index, project.leaks()]).toEqual([index, [index === 0 ? token : clientSecret]]);
    }
    project.write('note.txt', '');
  });
});

describe('missing credentials', () => {
  const nothing = {
    DELINEA_CLIENT_ID: '',
    DELINEA_CLIENT_SECRET: '',
    DELINEA_SCIM_TOKEN: '',
    DELINEA_SCIM_CLIENT_ID: '',
    DELINEA_SCIM_CLIENT_SECRET: '',
  };

  test.each(COMMANDS)('make %s name the variables before any request', async (...args) => {
    expect(await project.runWith(nothing, ...args)).toMatchObject(
      refused(1, [
        'Error: no credentials for the Platform REST',
        '  do: Set DELINEA_CLIENT_ID and DELINEA_CLIENT_SECRET (a secret may come from DELINEA_CLIENT_SECRET_FILE); it needs an API client (Admin > Integrations > API Clients).',
      ]),
    );
    expect(project.sim.requests.total).toBe(0);
  });

  test('are reported after a missing tenant', async () => {
    const noUrl = { ...nothing, DELINEA_URL: '' };
    expect(await project.runWith(noUrl, 'plan')).toMatchObject(
      refused(1, [
        'Error: the Platform REST, which serves user, has no URL',
        '  at: routing.user',
        '  do: Set DELINEA_TENANT, or use another profile: platform, platform-identity, scim-cloud, secret-server, scim-connector.',
      ]),
    );
    const noHost = { ...noUrl, DELINEA_SECRET_SERVER_URL: '', DELINEA_CONNECTOR_URL: '' };
    expect(await project.runWith(noHost, 'plan')).toMatchObject(
      refused(1, [
        'Error: no tenant: set "tenant" or "url"',
        '  at: tenant',
        '  do: Set DELINEA_TENANT=acme or DELINEA_URL=https://acme.delinea.app, or set it in the provider block.',
      ]),
    );
  });

  test('are reported without the file name when the secret file does not exist, since the name may be the secret', async () => {
    const { clientSecret } = project.sim.credentials;
    const env = { DELINEA_CLIENT_SECRET: '', DELINEA_CLIENT_SECRET_FILE: clientSecret };
    expect(await project.runWith(env, 'plan')).toMatchObject(
      refused(1, [
        'Error: DELINEA_CLIENT_SECRET_FILE: cannot read the file (ENOENT)',
        '  at: DELINEA_CLIENT_SECRET_FILE',
        '  do: Set it to the path of a file that contains the secret, not to the secret.',
      ]),
    );
  });
});

describe('refused connection or credentials', () => {
  test.each(COMMANDS)('make %s exit with 5 when no server listens at the URL', async (...args) => {
    expect(await project.runWith({ DELINEA_URL: 'http://127.0.0.1:9' }, ...args)).toMatchObject(
      refused(5, [
        'Error: token for scope "delinea:api:read": connection to 127.0.0.1:9 failed (ECONNREFUSED)',
        '  do: Check the URL or tenant name, the network, HTTPS_PROXY and, for private certificates, DELINEA_CA_FILE.',
      ]),
    );
  });

  test.each(COMMANDS)('make %s exit with 5 after one request when the client secret is wrong', async (...args) => {
    const wrong = 'wr0ng"secret+%2B';
    const attempt = await project.runWith({ DELINEA_CLIENT_SECRET: wrong }, ...args);
    expect(attempt).toMatchObject(
      refused(5, [
        'Error: Platform REST: no token for scope "delinea:api:read": Unknown client or wrong secret. (HTTP 401 from <tenant>/identity/connect/token)',
        '  do: Check DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET and the scope. A denied token request is not repeated.',
      ]),
    );
    expect(attempt.out + attempt.err).not.toContain('wr0ng');
    expect(project.sim.requests.total).toBe(1);
  });

  test('make drift exit with 5 when the SCIM token is wrong', async () => {
    project.declare({ delinea_group: { sre: { display_name: 'SRE' } } });
    const attempt = await project.runWith({ DELINEA_SCIM_TOKEN: 'wr0ng-t0ken' }, 'drift');
    expect(attempt).toMatchObject(
      refused(5, [
        'Error: group list: Missing, wrong or expired token. (HTTP 401, Platform SCIM (static token))',
        '  do: Generate a new SCIM token in the console (Admin > Integrations > SCIM): the API cannot renew it.',
      ]),
    );
    expect(attempt.err).not.toContain('wr0ng-t0ken');
  });

  test('make apply exit with 5 when the service does not know the scope', async () => {
    const surfaces = [{ name: 'platform-rest', read_scope: 'delinea:nonsense' }];
    project.declare(jane);
    expect(await project.runWith(environmentOf({ surfaces }), ...APPLY)).toMatchObject(
      refused(5, [
        'Error: Platform REST: no token for scope "delinea:nonsense": Scopes here: delinea:api:read delinea:api:write delinea:api:admin. (HTTP 400 from <tenant>/identity/connect/token)',
        '  do: Check DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET and the scope. A denied token request is not repeated.',
      ]),
    );
  });

  test('make apply fail without a change when the scope does not allow writes', async () => {
    const surfaces = [{ name: 'platform-rest', write_scope: 'delinea:api:read' }];
    project.declare(jane);
    const env = environmentOf({ surfaces, visibility_seconds: 0 });
    const { code, out, ledger } = await project.runWith(env, ...APPLY);
    expect(code).not.toBe(0);
    expect(out).toContain('(HTTP 403, Platform REST)');
    expect(out).toContain('Not applied: 0 steps done, nothing was written to the tenant, 1 not done.');
    expect(ledger).toBe('changed');
    expect(project.sim.state().users).toEqual([]);
  });
});

describe('token that ends during an apply', () => {
  const everybody = { delinea_user: people(60) };
  const userNames = () => project.sim.state().users.map(({ userName }) => userName);

  /** Applies sixty users and revokes the tokens from the tenth write on. @param every ms between revocations */
  async function applyRevoking(times: number, every: number) {
    project.declare(everybody);
    project.sim.faults.set({ latencyMs: 15 });
    const { ended } = project.start(...APPLY);
    let revoked = 0;
    const timer = setInterval(() => {
      if (project.sim.requests.writes < 10 || revoked === times) return;
      revoked += 1;
      project.sim.revokeTokens();
    }, every);
    const { code, out } = await ended;
    clearInterval(timer);
    expect(revoked).toBeGreaterThanOrEqual(Math.min(times, 1));
    return { code, out };
  }

  async function expectEverybodyOnce(): Promise<void> {
    expect(userNames().length).toBe(60);
    expect(new Set(userNames()).size).toBe(60);
    expect(await project.run('drift')).toMatchObject({ code: 0, writes: 0 });
  }

  test('is renewed and no user is created twice when an administrator revokes it once', async () => {
    const { code, out } = await applyRevoking(1, 5);
    expect([code, out]).toEqual([0, expect.stringContaining('Applied: 60 steps done and read back.')]);
    await expectEverybodyOnce();
  });

  test('leaves an accurate report and the next run finishes when it is revoked repeatedly', async () => {
    const { code, out } = await applyRevoking(8, 20);
    // How far the run gets depends on the machine; its report has to be accurate either way.
    const verdict =
      code === 0 ? /Applied: 60 steps done/ : /Partly applied: \d+ steps? done and read back, \d+ not done\./;
    expect([0, 4]).toContain(code);
    expect(out).toMatch(verdict);
    expect((await project.run('apply', '--auto-approve')).code).toBe(0);
    await expectEverybodyOnce();
  });

  test('is renewed when tokens live for two seconds', async () => {
    project.sim.faults.set({ tokenLifeS: 2 });
    const { code } = await applyRevoking(0, 1_000);
    expect(code).toBe(0);
    await expectEverybodyOnce();
  });
});
