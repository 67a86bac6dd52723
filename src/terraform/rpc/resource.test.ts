import { describe, expect, test } from '@jest/globals';
import { DelineaError, type ResourceInstance, type Session } from '../../provider/index.js';
import { SEVERITY } from '../protocol/messages.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { type ObjectValue, UNKNOWN, type Value } from '../values/value.js';
import { applyResource, importResource, planResource, readResource } from './resource.js';
import { filled, permission, user } from './user-values.fixture.js';

type Block = typeof user;

const bytes = (text: string) => Buffer.from(text);
const warnings = [{ message: 'look', hint: 'Here.' }];
const dynamic = (block: Block, value: Readonly<Record<string, Value>> | null) =>
  encodeValue(block.type, value && filled(block, value));
const decoded = (block: Block, value: Parameters<typeof decodeValue>[1]) =>
  decodeValue(block.type, value) as ObjectValue | null;

/** A session that records its calls, with the given results. */
function sessionWith(results: Partial<Session>) {
  const calls: [string, ResourceInstance][] = [];
  const record =
    <T>(name: string, result: T) =>
    async (instance: ResourceInstance) => {
      calls.push([name, instance]);
      return result;
    };
  const session = {
    sameName: async () => false,
    recreates: () => false,
    plan: record('plan', { warnings: [], planned: {} }),
    check: record('check', undefined),
    unchanged: record('unchanged', { warnings: [], planned: {} }),
    ...results,
  } as Session;
  return { session, calls };
}

describe('read', () => {
  const prior = { id: '1', user_name: 'Jane', title: 'Ops' };
  const currentState = dynamic(user, prior);
  const readWith = (live: { title: string } | undefined) => {
    const { session } = sessionWith({
      read: async () => ({ live: live && { id: '1', values: { userName: 'jane', ...live } }, warnings }),
    });
    return readResource(user, { currentState, private: bytes('{}') }, session);
  };

  test('unknown provider block: returns the state unchanged, marked for the apply until the next read', async () => {
    const request = { currentState, private: bytes('{"correlation":"kept"}') };
    const { newState, private: marked } = await readResource(user, request, undefined);
    expect(newState).toBe(currentState);
    expect(JSON.parse(String(marked))).toEqual({ correlation: 'kept', planned: { unchecked: true } });
    const { session } = sessionWith({ read: async () => ({ live: { id: '1', values: {} }, warnings: [] }) });
    const read = await readResource(user, { currentState, private: marked }, session);
    expect(JSON.parse(String(read.private))).toEqual({ correlation: 'kept' });
  });

  test('equal object: returns the same bytes', async () => {
    expect((await readWith({ title: 'Ops' })).newState).toBe(currentState);
  });

  test('changed object: returns the live value and the prior spelling of names', async () => {
    const { newState, diagnostics } = await readWith({ title: 'Boss' });
    expect(decoded(user, newState)).toMatchObject({ user_name: 'Jane', title: 'Boss' });
    expect(diagnostics).toEqual([{ severity: SEVERITY.warning, summary: 'look', detail: 'Here.' }]);
  });

  test('deleted object: has no state and no private state', async () => {
    const { newState, private: privateState } = await readWith(undefined);
    expect([decoded(user, newState), privateState]).toEqual([null, undefined]);
  });
});

describe('plan', () => {
  test.each<[string, Record<string, Value> | null, Record<string, Value>, string]>([
    ['create', null, { user_name: 'jane' }, 'plan'],
    ['create with an unknown name', null, { user_name: UNKNOWN }, 'check'],
    ['update', { id: '1', user_name: 'jane', title: 'Ops' }, { user_name: 'jane', title: 'Boss' }, 'plan'],
  ])('%s: calls the session once', async (_, prior, config, expected) => {
    const { session, calls } = sessionWith({});
    await planResource(user, { priorState: dynamic(user, prior), config: dynamic(user, config) }, session);
    expect(calls.map(([name]) => name)).toEqual([expected]);
  });

  test('no change: keeps the prior bytes and reports the resource as unchanged', async () => {
    const { session, calls } = sessionWith({});
    const prior = { id: '1', user_name: 'jane', adopt: 'whenEqual', on_removal: 'deactivate' };
    const priorState = dynamic(user, prior);
    const { plannedState } = await planResource(
      user,
      { priorState, config: dynamic(user, { user_name: 'JANE' }) },
      session,
    );
    expect(plannedState).toBe(priorState);
    expect(calls.map(([name]) => name)).toEqual(['unchanged']);
  });

  test('replacement: plans the removal, with the new declaration, and names the attribute', async () => {
    const { session, calls } = sessionWith({});
    const prior = { id: '1', container: 'a', principal_type: 'user', principal_id: 'u', right: 'View' };
    const config = dynamic(permission, { ...prior, id: null, container: 'b' });
    const { requiresReplace } = await planResource(
      permission,
      { priorState: dynamic(permission, prior), config },
      session,
    );
    expect(requiresReplace).toEqual([{ steps: [{ attributeName: 'container' }] }]);
    const [name, instance] = calls[0]!;
    expect([name, instance.declared, instance.replacement]).toMatchObject(['plan', undefined, { container: 'b' }]);
  });

  test('second plan of a replacement: keeps what the first one recorded', async () => {
    const { session } = sessionWith({ plan: async () => ({ warnings, planned: { tenant: 'b' } }) });
    const priorPrivate = bytes(JSON.stringify({ planned: { tenant: 'a', unchecked: true } }));
    const request = { priorState: dynamic(user, null), config: dynamic(user, { user_name: 'jane' }), priorPrivate };
    const { plannedPrivate } = await planResource(user, request, session);
    expect(JSON.parse(String(plannedPrivate))).toMatchObject({ planned: { tenant: 'b', unchecked: true } });
  });

  test.each([null, { user_name: 'jane' }])('unknown provider block, configuration %j: is unchecked', async (config) => {
    const priorPrivate = bytes(JSON.stringify({ planned: { unchecked: true } }));
    const priorState = dynamic(user, { id: '1', user_name: 'jane' });
    const { plannedPrivate } = await planResource(
      user,
      { priorState, config: dynamic(user, config), priorPrivate },
      undefined,
    );
    expect(JSON.parse(String(plannedPrivate))).toMatchObject({ planned: { unchecked: true } });
  });

  test('unknown provider block: refuses a change of an object that was not read, since no mark would reach its apply', async () => {
    const priorState = dynamic(user, { id: '1', user_name: 'jane' });
    const config = dynamic(user, { user_name: 'jane', title: 'Boss' });
    await expect(planResource(user, { priorState, config }, undefined)).rejects.toMatchObject({
      code: 'refused_by_guard',
    });
  });

  test('update: keeps the mark of a read without access for its apply, and nothing else of an earlier plan', async () => {
    const { session } = sessionWith({});
    const priorPrivate = bytes(JSON.stringify({ planned: { tenant: 'a', unchecked: true } }));
    const priorState = dynamic(user, { id: '1', user_name: 'jane' });
    const config = dynamic(user, { user_name: 'jane', title: 'Boss' });
    const { plannedPrivate } = await planResource(user, { priorState, config, priorPrivate }, session);
    expect(JSON.parse(String(plannedPrivate))).toEqual({ planned: { unchecked: true } });
  });

  test('unknown name of an object in the state: is planned under the name in the state', async () => {
    const { session, calls } = sessionWith({});
    const priorState = dynamic(user, { id: '1', user_name: 'jane' });
    const config = dynamic(user, { user_name: UNKNOWN, active: false });
    await planResource(user, { priorState, config }, session);
    expect(calls).toMatchObject([['plan', { declared: { userName: 'jane', active: false }, unknown: ['userName'] }]]);
  });

  test('removal: has no planned state, and warnings of the session', async () => {
    const { session } = sessionWith({ plan: async () => ({ warnings, planned: {} }) });
    const request = { priorState: dynamic(user, { id: '1', user_name: 'jane' }), config: dynamic(user, null) };
    const { plannedState, diagnostics } = await planResource(user, request, session);
    expect(decoded(user, plannedState)).toBeNull();
    expect(diagnostics).toEqual([expect.objectContaining({ severity: SEVERITY.warning, summary: 'look' })]);
  });
});

describe('apply', () => {
  const config = { user_name: 'jane', title: 'Ops' };
  const planned: Record<string, Value> = { ...config, id: UNKNOWN };
  const error = new DelineaError('forbidden', 'no', { hint: 'Ask.', path: 'title' });
  const live = { id: '7', values: { userName: 'jane', title: 'Ops' } };
  const applyWith = (applied: Partial<Awaited<ReturnType<Session['apply']>>>, prior: ObjectValue | null = null) => {
    const { session } = sessionWith({ apply: async () => ({ privateState: {}, warnings: [], ...applied }) });
    const request = {
      priorState: dynamic(user, prior),
      plannedState: dynamic(user, planned),
      config: dynamic(user, config),
    };
    return applyResource(user, request, session);
  };

  test('success: has the planned values and the id of the tenant', async () => {
    const { newState, diagnostics } = await applyWith({ live });
    expect(decoded(user, newState)).toMatchObject({ ...config, id: '7' });
    expect(diagnostics).toEqual([]);
  });

  test('error before the creation: has no state', async () => {
    const { newState, diagnostics } = await applyWith({ error });
    expect(decoded(user, newState)).toBeNull();
    expect(diagnostics).toMatchObject([
      { severity: SEVERITY.error, attribute: { steps: [{ attributeName: 'title' }] } },
    ]);
  });

  test.each([
    ['visible', live, 'The object was created'],
    ['not visible', undefined, 'The service reported'],
  ])('error after the creation of a %s object: is a warning, so that it is not tainted', async (_, found, text) => {
    const { newState, diagnostics } = await applyWith({ error, created: '7', live: found });
    expect(decoded(user, newState)).toMatchObject({ id: '7', user_name: 'jane' });
    expect(diagnostics).toMatchObject([{ severity: SEVERITY.warning, summary: 'no' }]);
    expect(diagnostics![0]!.detail).toMatch(new RegExp(`^${text} .* Ask\\.$`));
  });

  test('error of an update: keeps the prior state', async () => {
    const prior = filled(user, { id: '7', user_name: 'jane', title: 'Old' });
    const { newState, diagnostics } = await applyWith({ error, created: '7', live }, prior);
    expect(decoded(user, newState)).toEqual(prior);
    expect(diagnostics).toMatchObject([{ severity: SEVERITY.error }]);
  });

  test('ignore_changes: the planned value is declared instead of the configured one', async () => {
    const { session, calls } = sessionWith({});
    session.apply = async (instance) => {
      calls.push(['apply', instance]);
      return { privateState: {}, warnings: [], live };
    };
    const request = {
      priorState: dynamic(user, null),
      plannedState: dynamic(user, { ...planned, title: 'Kept', department: UNKNOWN }),
      config: dynamic(user, { ...config, department: 'IT' }),
    };
    await applyResource(user, request, session);
    expect(calls[0]![1].declared).toMatchObject({ title: 'Kept', department: 'IT' });
  });
});

describe('import', () => {
  test('unknown provider block: is an error', async () => {
    await expect(importResource(user, { typeName: 'delinea_user', id: 'jane' }, undefined)).rejects.toMatchObject({
      code: 'settings_invalid',
    });
  });

  test('found object: has its live values and private state', async () => {
    const found = { live: { id: '7', values: { userName: 'jane' } }, privateState: {} };
    const { session } = sessionWith({ find: async () => found });
    const { importedResources } = await importResource(user, { typeName: 'delinea_user', id: 'jane' }, session);
    expect(importedResources).toHaveLength(1);
    expect(importedResources![0]).toMatchObject({ typeName: 'delinea_user', private: bytes('{}') });
    expect(decoded(user, importedResources![0]!.state)).toMatchObject({ id: '7', user_name: 'jane' });
  });
});
