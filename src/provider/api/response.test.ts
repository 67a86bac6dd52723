import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { open, type Reply, type Seen, serveApi, type TestServer } from './test-server.fixture.js';

let server: TestServer | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.close();
});

async function kinds(reply: Reply | ((seen: Seen) => Reply), block = {}) {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  server = await serveApi(typeof reply === 'function' ? reply : () => reply);
  const tenant = await open(server.url, { retries: 1, ...block });
  return {
    users: tenant.collection('user'),
    groups: tenant.collection('group'),
    folders: tenant.collection('container'),
  };
}

const SCIM_ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

describe('toError: service text', () => {
  test.each<[string, Reply, string]>([
    [
      'SCIM',
      { body: { schemas: [SCIM_ERROR], status: '400', scimType: 'invalidValue', detail: 'No.' } },
      'No. (invalidValue)',
    ],
    ['Secret Server', { body: { message: 'No.', errorCode: 'API_X' } }, 'No. (API_X)'],
    ['Platform RPC', { body: { success: false, Message: 'No.', MessageID: '_I18N' } }, 'No. (_I18N)'],
    ['OAuth', { body: { error: 'invalid_request', error_description: 'No.' } }, 'No.'],
    ['a bare OAuth error', { body: { error: 'invalid_request' } }, 'invalid_request'],
    ['plain text', { body: 'No,\r\nnever.', headers: { 'content-type': 'text/plain' } }, 'No,\r\nnever.'],
    ['nothing', {}, 'refused'],
    ['an HTML page', { body: '<!DOCTYPE html><p>WAF</p>' }, 'an HTML page'],
    ['JSON that says nothing', { body: { code: 5 } }, 'refused'],
    ['JSON cut off', { body: '{"message":"N' }, 'refused'],
    ['no object', { body: '["No."]' }, 'refused'],
    ['escape sequences', { body: { message: 'No\u001b[2J\u202e.' } }, 'No\u001b[2J\u202e.'],
  ])('toError: repeats the text of %s', async (_, reply, said) => {
    const { users } = await kinds({ status: 422, ...reply });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({
      name: 'DelineaError',
      code: 'rejected',
      message: `create user: ${said} (HTTP 422, Platform REST)`,
      status: 422,
      hint: expect.any(String),
    });
  });

  test('isFailedEnvelope: a failure inside a 200 (Platform RPC) is an error', async () => {
    const { users } = await kinds({ body: { success: false, Message: 'Already there.' } });
    const failure = { code: 'rejected', status: 200, message: expect.stringContaining('Already there. (HTTP 200') };
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject(failure);
    await expect(users.get('7')).rejects.toMatchObject(failure);
    await expect(users.list()).rejects.toMatchObject(failure);
  });

  test('serviceText: shortens a long text', async () => {
    const { users } = await kinds({ status: 400, body: { message: 'x'.repeat(10_000) } });
    await expect(users.get('7')).rejects.toMatchObject({ message: expect.stringMatching(/^.{300,400}$/) });
  });
});

describe('toError: codes', () => {
  test.each([
    [302, 'wrong_surface'],
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
    [412, 'rejected'],
    [429, 'throttled'],
    [500, 'server_error'],
    [503, 'server_error'],
  ])('toError: a %d is %s', async (status, code) => {
    const { users } = await kinds({ status, body: { message: 'no' } });
    await expect(users.create({ userName: 'x' })).rejects.toMatchObject({ code, status });
  });

  test('toError: names the permissions of the surface after a 403', async () => {
    const { folders } = await kinds({ status: 403 });
    await expect(folders.list()).rejects.toMatchObject({ hint: expect.stringContaining('Manage Identity Settings') });
  });

  test('toError: a 403 whose text only mentions an expired token is a missing permission', async () => {
    const { users } = await kinds({ status: 403, body: { message: 'You may not view expired tokens.' } });
    await expect(users.get('7')).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('first list: wrong URL', () => {
  test.each<[string, Reply]>([
    ['a 404', { status: 404, body: { message: 'No such path' } }],
    ['an HTML 404', { status: 404, body: '<html></html>' }],
    ['an HTML 200', { status: 200, body: '<html>log in</html>' }],
    ['a redirect to a login page', { status: 302, headers: { location: '/login' } }],
  ])('list: names the other surfaces after %s', async (_, reply) => {
    const { users, groups, folders } = await kinds(reply);
    await expect(users.list()).rejects.toMatchObject({
      code: 'wrong_surface',
      status: reply.status,
      message: expect.stringContaining(`${server?.url}/api/v1 is not the Platform REST`),
      hint: expect.stringMatching(
        /also served by platform-scim, platform-identity, scim-cloud, secret-server, secret-server-scim, scim-connector: set "routing"/,
      ),
    });
    await expect(groups.firstPage()).rejects.toMatchObject({
      hint: expect.stringMatching(
        /needs the Enterprise plan with SSO active\. .*platform-rest, platform-identity, scim-cloud, secret-server/,
      ),
    });
    await expect(folders.list()).rejects.toMatchObject({
      hint: expect.stringContaining('served by secret-server, scim-connector'),
    });
  });

  test('list: names plan and preview as a cause after a 403', async () => {
    const { groups, folders } = await kinds({ status: 403 });
    await expect(groups.list()).rejects.toMatchObject({
      code: 'forbidden',
      status: 403,
      hint: expect.stringMatching(/needs a SCIM token.* needs the Enterprise plan with SSO active\.$/),
    });
    await expect(folders.list()).rejects.toMatchObject({ hint: expect.stringContaining('(private preview)') });
  });

  test('list: is a service error after an HTML 502', async () => {
    const { users } = await kinds({ status: 502, body: '<html></html>' });
    await expect(users.list()).rejects.toMatchObject({ code: 'server_error', status: 502 });
  });

  test.each([401, 403])('list: is an error of the account after an HTML %d', async (status) => {
    const { users } = await kinds({ status, body: '<html></html>' });
    await expect(users.list()).rejects.toMatchObject({ status, code: status === 401 ? 'unauthorized' : 'forbidden' });
  });

  test.each([{ records: [] }, { data: {}, total: 0 }, { data: [], total: '0' }, { data: [5], total: 1 }, {}])(
    'JSON that is no list of this surface: %j',
    async (body) => {
      const { users, groups } = await kinds({ body });
      await expect(users.list()).rejects.toMatchObject({ code: 'malformed_response', hint: expect.any(String) });
      await expect(groups.list()).rejects.toMatchObject({ code: 'malformed_response', hint: expect.any(String) });
    },
  );
});

describe('toError: secrets', () => {
  const secrets = { clientSecret: 'S3cret/+ "x"', scimToken: 'scim-t0ken-value', scimClientSecret: 'pass&word' };

  test.each([400, 401, 403, 500])('toError: removes secrets that a %d repeats', async (status) => {
    const reply = ({ headers }: Seen): Reply => {
      const echo = [...Object.values(secrets), String(headers.authorization).slice('Bearer '.length)];
      const message = `${echo.join(' ')} ${echo.map(encodeURIComponent).join(' ')} ${JSON.stringify(echo)}`;
      return { status, body: { message } };
    };
    const { users, groups, folders } = await kinds(reply, secrets);
    for (const collection of [users, groups, folders]) {
      const error = await collection.create({ userName: 'x' }).catch((fault: Error) => fault);
      const text = `${JSON.stringify(error)} ${String(error)} ${(error as Error).stack}`;
      expect(text).toContain('[secret]');
      expect(text).not.toMatch(/S3cret|scim-t0ken|pass(&|%26)word|granted/);
    }
  });

  test('serviceText: removes a secret at the point where it shortens the text', async () => {
    const { groups } = await kinds({ status: 400, body: { detail: `${'x'.repeat(290)}scim-t0ken-value` } }, secrets);
    await expect(groups.get('7')).rejects.toMatchObject({ message: expect.not.stringContaining('scim-') });
  });

  test('connection error: does not keep the request with its token', async () => {
    const { users } = await kinds({ instead: 'reset' }, { ...secrets, retries: 0 });
    const error = await users.get('7').catch((fault: Error) => fault);
    expect((error as Error).cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain('granted');
  });
});
