import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { openLog } from '../plugin/log.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { UNKNOWN, type Value } from '../values/value.js';
import { readBlocks } from './blocks.js';
import { providerRpcs } from './provider-rpcs.js';

const blocks = readBlocks();
const userType = blocks.resources.get('delinea_user')!.type;
const groupData = blocks.dataSources.get('delinea_group')!.type;

let sim: Simulator;
let lines: string[];

beforeAll(async () => {
  sim = await startSimulator({ data: { groups: [{ displayName: 'ops' }], roles: ['Auditor', 'Admin'] } });
});
afterAll(() => sim?.close());

function provider(env: Readonly<Record<string, string>> = sim.env): ProviderRpcs {
  lines = [];
  return providerRpcs(
    { ...env },
    openLog({ TF_LOG: 'trace' }, (line) => lines.push(line)),
  );
}

const settings = (block: Readonly<Record<string, Value>>) => ({ config: encodeValue(blocks.provider.type, block) });
const user = (block: Readonly<Record<string, Value>>) => ({
  typeName: 'delinea_user',
  config: encodeValue(userType, block),
});
const ops = { typeName: 'delinea_group', config: encodeValue(groupData, { display_name: 'ops' }) };
const readOps = async (rpcs: ProviderRpcs) => {
  const { state, diagnostics } = await rpcs.ReadDataSource(ops);
  return { group: state && decodeValue(groupData, state), messages: (diagnostics ?? []).map(({ summary }) => summary) };
};
const at = (attributeName: string) => ({ attribute: { steps: [{ attributeName }] } });

describe('validation', () => {
  test('unknown value: passes at any depth', async () => {
    const rpcs = provider();
    const whole = user({ user_name: UNKNOWN, on_removal: UNKNOWN, emails: UNKNOWN, active: UNKNOWN });
    expect(await rpcs.ValidateResourceConfig(whole)).toEqual({ diagnostics: [] });
    const inside = user({ user_name: 'jane', emails: [UNKNOWN, { value: UNKNOWN }], previous_names: [UNKNOWN] });
    expect(await rpcs.ValidateResourceConfig(inside)).toEqual({ diagnostics: [] });
    const some = user({ user_name: UNKNOWN, on_removal: 'burn' });
    expect(await rpcs.ValidateResourceConfig(some)).toMatchObject({ diagnostics: [at('on_removal')] });
  });

  test('several errors: each is reported once, at its attribute', async () => {
    const wrong = user({ user_name: '', adopt: 'never', emails: [{ value: '', primary: true }] });
    expect(await provider().ValidateResourceConfig(wrong)).toMatchObject({
      diagnostics: [at('user_name'), at('emails'), at('adopt')],
    });
  });

  test('e-mail addresses: duplicates and a second primary one are errors unless values are unknown', async () => {
    const mail = (value: Value, primary: Value = null): Value => ({ value, primary });
    const check = async (...emails: Value[]) => {
      const { diagnostics } = await provider().ValidateResourceConfig(user({ user_name: 'jane', emails }));
      return diagnostics!.map(({ summary }) => summary);
    };
    expect(await check(mail('a@e.com'), mail(UNKNOWN), mail('A@E.com'))).toEqual([
      'emails has "A@E.com" twice, also as "a@e.com"; keep one',
    ]);
    expect(await check(mail('a', true), mail('b', true))).toEqual([
      'emails has several elements with primary = true; keep one',
    ]);
    expect(await check(mail(UNKNOWN), mail(UNKNOWN), mail('a', true), mail('b', UNKNOWN))).toEqual([]);
  });

  test('element of a set: the text shows its values, since it has no index', async () => {
    const messages = async (kind: string, block: Readonly<Record<string, Value>>) => {
      const typeName = `delinea_${kind}`;
      const config = encodeValue(blocks.resources.get(typeName)!.type, block);
      const { diagnostics } = await provider().ValidateResourceConfig({ typeName, config });
      return diagnostics!.map(({ summary, attribute }) => [attribute?.steps?.length, summary]);
    };
    const emails = [{ value: 'a@e.com' }, { value: '', primary: true }];
    expect(await messages('user', { user_name: 'jane', emails, previous_names: ['jo', ''] })).toEqual([
      [1, 'emails: value of {value = "", primary = true} must not be empty'],
      [1, 'previous_names: "" must not be empty'],
    ]);
    expect(await messages('group', { display_name: ' ' })).toEqual([[1, 'display_name must not be blank']]);
    expect(await messages('group', { display_name: '' })).toEqual([[1, 'display_name must not be empty']]);
    const boss: Value = { principal_type: 'user', principal_id: 'u-1', right: 'Owner' };
    const grants: Value = [boss, { principal_type: 'group', principal_id: UNKNOWN, right: 'Viewer' }];
    expect(await messages('container_permissions', { container: 'dev', grants })).toEqual([
      [
        1,
        'grants: right of {principal_type = "group", right = "Viewer"} must be one of "View", "Edit", "Add Secret", "Owner"',
      ],
    ]);
  });

  test('data source: its name is checked', async () => {
    const config = encodeValue(groupData, { display_name: '' });
    expect(await provider().ValidateDataResourceConfig({ typeName: 'delinea_group', config })).toMatchObject({
      diagnostics: [{ ...at('display_name'), summary: 'display_name must not be empty' }],
    });
  });

  describe.each(['resources', 'dataSources'] as const)('%s', (those) => {
    test.each([...blocks[those].keys()])(
      'computed attributes of %s: cannot be configured, known or unknown',
      async (typeName) => {
        const { type, schema } = blocks[those].get(typeName)!;
        const rpcs = provider();
        const check = those === 'resources' ? rpcs.ValidateResourceConfig : rpcs.ValidateDataResourceConfig;
        const computed = Object.entries(schema.block.attributes).filter(([, one]) => one.computed && !one.optional);
        expect(computed.length).toBeGreaterThan(0);
        for (const [name, one] of computed) {
          const known: Value = one.type === 'string' ? '7' : one.type === 'bool' ? false : [];
          const values: readonly Value[] = [known, UNKNOWN];
          for (const value of values) {
            const { diagnostics } = await check({ typeName, config: encodeValue(type, { [name]: value }) });
            expect(diagnostics).toContainEqual({
              severity: 1,
              ...at(name),
              summary: `${name} is set by the tenant and cannot be configured`,
              detail: expect.stringMatching(/^Remove it[;.] [^\n]+\.$/),
            });
          }
        }
      },
    );
  });

  test('provider block: needs no environment and never shows a secret', async () => {
    const rpcs = provider({});
    expect(await rpcs.ValidateProviderConfig(settings({}))).toEqual({ diagnostics: [] });
    const wrong = settings({
      client_secret: 'l0ng-s3cret',
      url: 'https://a:l0ng-s3cret@acme.example.com',
      concurrency: 0,
    });
    const first = await rpcs.ValidateProviderConfig(wrong);
    expect(first).toMatchObject({ diagnostics: [at('concurrency')] });
    const url = await rpcs.ValidateProviderConfig(settings({ url: 'https://a:l0ng-s3cret@acme.example.com' }));
    expect(url).toMatchObject({ diagnostics: [at('url')] });
    expect(JSON.stringify([first, url])).not.toContain('l0ng-s3cret');
    const routing = settings({ routing: [{ kind: 'group', surface: 'nowhere' }], tenant: UNKNOWN });
    expect(await rpcs.ValidateProviderConfig(routing)).toMatchObject({ diagnostics: [at('routing')] });
  });
});

describe('configuration', () => {
  test('settings: come from the block, or from the environment if unset', async () => {
    const { DELINEA_URL: url = '', DELINEA_SECRET_SERVER_URL: _, DELINEA_CONNECTOR_URL: __, ...rest } = sim.env;
    const rpcs = provider({ ...rest, DELINEA_ALLOWED_HOSTS: new URL(url).host });
    expect(await rpcs.ConfigureProvider(settings({}))).toMatchObject({ diagnostics: [at('tenant')] });
    expect(await rpcs.ConfigureProvider(settings({ url }))).toMatchObject({ diagnostics: [{ severity: 2 }] });
    expect((await readOps(rpcs)).messages).toEqual([]);
  });

  test('address: is refused in code when the environment supplies the credentials and does not name the host', async () => {
    const { DELINEA_URL: url = '', DELINEA_SECRET_SERVER_URL: _, DELINEA_CONNECTOR_URL: __, ...rest } = sim.env;
    const before = sim.requests.total;
    const { diagnostics } = await provider(rest).ConfigureProvider(settings({ url }));
    expect(diagnostics).toMatchObject([{ severity: 1, summary: expect.stringContaining(`nothing is sent to ${url}`) }]);
    expect(sim.requests.total).toBe(before);
  });

  test('settings: come from the environment if unset in the block', async () => {
    const rpcs = provider(sim.env);
    expect(await rpcs.ConfigureProvider(settings({}))).toEqual({ diagnostics: [] });
    expect((await readOps(rpcs)).messages).toEqual([]);
  });

  test('second configuration: drops cached reads, and leaves none if it is invalid', async () => {
    const rpcs = provider();
    await rpcs.ConfigureProvider(settings({}));
    expect(await readOps(rpcs)).toMatchObject({ group: { description: null }, messages: [] });
    const before = sim.requests.total;
    await readOps(rpcs);
    expect(sim.requests.total).toBe(before);
    await rpcs.ConfigureProvider(settings({}));
    await readOps(rpcs);
    expect(sim.requests.total).toBeGreaterThan(before);
    await rpcs.ConfigureProvider(settings({ concurrency: 0 }));
    expect(await readOps(rpcs)).toEqual({ group: undefined, messages: ['the provider is not configured'] });
  });

  test('unknown settings: a warning, and only reads of the tenant fail', async () => {
    const rpcs = provider();
    const { diagnostics } = await rpcs.ConfigureProvider(settings({ url: UNKNOWN, admin_roles: [UNKNOWN] }));
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: 2, summary: expect.stringContaining('nothing is read or checked') }),
    ]);
    const before = sim.requests.total;
    const { group, messages } = await readOps(rpcs);
    expect([group, messages]).toEqual([undefined, ['provider settings known only after an apply: url, admin_roles']]);
    expect(sim.requests.total).toBe(before);
  });

  test('secrets: are hidden in the errors of data sources', async () => {
    const rpcs = provider();
    await rpcs.ConfigureProvider(settings({ client_secret: 'ops-and-more' }));
    const none = {
      typeName: 'delinea_role',
      config: encodeValue(blocks.dataSources.get('delinea_role')!.type, { name: 'ops-and-more' }),
    };
    const answer = await rpcs.ReadDataSource(none);
    expect(answer.diagnostics).toHaveLength(1);
    expect(JSON.stringify(answer.diagnostics)).not.toContain('ops-and-more');
  });

  test('secrets: are hidden in warnings and in the errors of an apply', async () => {
    const secret = 'simulated-client-secret';
    const users = [{ userName: secret, displayName: 'Ann' }];
    const tenant = await startSimulator({ data: { users } });
    try {
      const rpcs = provider(tenant.env);
      await rpcs.ConfigureProvider(settings({}));
      const asked = {
        ...user({ user_name: secret, display_name: 'Ann', adopt: 'whenEqual', on_removal: 'deactivate' }),
        priorState: encodeValue(userType, null),
      };
      const { diagnostics: warned = [], plannedState } = await rpcs.PlanResourceChange(asked);
      const exists = expect.stringContaining('exists already');
      expect(warned).toEqual([expect.objectContaining({ severity: 2, summary: exists })]);
      tenant.admin.setActive(secret, false);
      const { diagnostics: failed = [] } = await rpcs.ApplyResourceChange({ ...asked, plannedState });
      const disabled = expect.stringContaining('is disabled in the tenant');
      expect(failed).toEqual([expect.objectContaining({ severity: 1, summary: disabled })]);
      expect(JSON.stringify([warned, failed])).not.toContain(secret);
    } finally {
      await tenant.close();
    }
  });
});

describe('data sources', () => {
  test('read: fails before the configuration and after StopProvider', async () => {
    const rpcs = provider();
    expect((await readOps(rpcs)).messages).toEqual(['the provider is not configured']);
    await rpcs.ConfigureProvider(settings({}));
    await rpcs.StopProvider({});
    expect(await readOps(rpcs)).toEqual({ group: undefined, messages: ['cancelled before the read'] });
  });

  test('denied read: is an error and never a missing object', async () => {
    const rpcs = provider();
    await rpcs.ConfigureProvider(settings({ scim_token: 'wrong-token', retries: 0 }));
    const { group, messages } = await readOps(rpcs);
    expect(group).toBeUndefined();
    expect(messages).toHaveLength(1);
    expect(messages[0]).not.toContain('there is no');
  });
});

describe('stored state', () => {
  const upgrade = (version: number, state: unknown) =>
    provider().UpgradeResourceState({
      typeName: 'delinea_user',
      version,
      rawState: { json: Buffer.from(JSON.stringify(state)) },
    });

  test('current version: stays as it is', async () => {
    const { upgradedState, diagnostics } = await upgrade(0, { id: '1', user_name: 'jane', emails: [{ value: 'j' }] });
    expect(diagnostics).toBeUndefined();
    expect(decodeValue(userType, upgradedState)).toMatchObject({
      id: '1',
      user_name: 'jane',
      emails: [{ value: 'j', primary: null }],
      title: null,
    });
  });

  test('newer version or wrong type: is an error', async () => {
    expect(await upgrade(1, {})).toMatchObject({ diagnostics: [{ summary: expect.stringContaining('newer') }] });
    expect(await upgrade(0, { user_name: 7 })).toMatchObject({ diagnostics: [at('user_name')] });
    expect(await upgrade(0, 'text')).toMatchObject({ diagnostics: [{ summary: 'the value is not an object' }] });
  });
});

test('resource calls: are errors without a configuration', async () => {
  const rpcs = provider();
  const typeName = 'delinea_user';
  const answers = await Promise.all([
    rpcs.ReadResource({ typeName }),
    rpcs.PlanResourceChange({ typeName }),
    rpcs.ApplyResourceChange({ typeName }),
    rpcs.ImportResourceState({ typeName, id: 'jane@example.com' }),
    rpcs.MoveResourceState({}),
  ]);
  for (const answer of answers) {
    expect(answer.diagnostics).toEqual([expect.objectContaining({ severity: 1, detail: expect.any(String) })]);
  }
});

test('GetMetadata: lists the types of the schema', async () => {
  const rpcs = provider();
  const { resources, dataSources } = await rpcs.GetMetadata({});
  const schema = await rpcs.GetProviderSchema({});
  expect(resources?.map(({ typeName }) => typeName)).toEqual(Object.keys(schema.resourceSchemas ?? {}));
  expect(dataSources?.map(({ typeName }) => typeName)).toEqual(Object.keys(schema.dataSourceSchemas ?? {}));
});
