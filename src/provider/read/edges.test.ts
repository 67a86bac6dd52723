import { describe, expect, test } from '@jest/globals';
import { edgeResourceOf } from '../resources/edge-words.js';
import { ambiguousEdges, edgeLabel, edgesInScope, edgesWithKey } from './edges.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  data: {
    users: [{ userName: 'jane@x' }, { userName: 'tom@x' }],
    groups: [{ displayName: 'sre' }],
    containers: ['prod', 'stage'],
    containerPermissions: [
      { container: 'prod', user: 'jane@x', right: 'Owner' },
      { container: 'prod', group: 'sre', right: 'View' },
    ],
    roles: ['Admin', 'Auditor'],
    roleBindings: [
      { role: 'Admin', user: 'jane@x' },
      { role: 'Auditor', user: 'jane@x' },
    ],
  },
});
const permission = edgeResourceOf('container-permission');
const binding = edgeResourceOf('role-binding');
const user = async (name: string) => ({ principalType: 'user', principalId: await idOf('user', name) });

describe('edges in a scope', () => {
  test('all permissions of a container, read once', async () => {
    const container = await idOf('container', 'prod');
    const rights = async () =>
      (await edgesInScope(reader(), permission, { container })).map(({ values }) => values.right);
    expect((await rights()).sort()).toEqual(['Owner', 'View']);
    const spent = sim().requests.total;
    await rights();
    expect(sim().requests.total).toBe(spent);
    expect(await edgesInScope(reader(), permission, { container: await idOf('container', 'stage') })).toEqual([]);
  });

  test('all roles of a user', async () => {
    const edges = await edgesInScope(reader(), binding, await user('jane@x'));
    expect(edges.map(({ live }) => live.values.role).sort()).toEqual(['Admin', 'Auditor']);
    expect(await edgesInScope(reader(), binding, await user('tom@x'))).toEqual([]);
  });

  test('none when the container does not exist; an error when it is hidden', async () => {
    expect(await edgesInScope(reader(), permission, { container: '999' })).toEqual([]);
    const container = await idOf('container', 'prod');
    sim().faults.set({ faults: [{ kind: 'status', status: 403, path: `/Containers/${container}` }] });
    await expect(edgesInScope(reader(), permission, { container })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('edges between the same principal and scope', () => {
  test('are compared by key, without case for roles', async () => {
    const container = await idOf('container', 'prod');
    const jane = await user('jane@x');
    const found = await edgesWithKey(reader(), permission, { container, ...jane });
    expect(found.map(({ values }) => values.right)).toEqual(['Owner']);
    expect(await edgesWithKey(reader(), permission, { container, ...(await user('tom@x')) })).toEqual([]);
    expect(await edgesWithKey(reader(), binding, { role: 'ADMIN', ...jane })).toHaveLength(1);
  });

  test('several are an error that names each', async () => {
    const container = await idOf('container', 'prod');
    const edges = await edgesInScope(reader(), permission, { container });
    for (const { values } of edges) await reader().translator.loadEnds(permission, values);
    expect(ambiguousEdges(reader(), permission, edges)).toMatchObject({
      code: 'ambiguous',
      message: expect.stringMatching(
        /^2 container permissions exist between the same principal and scope: .*Owner of jane@x on prod \(id \d+\)/,
      ),
    });
  });
});

test('edge label: ids as names where they are known', async () => {
  const jane = await user('jane@x');
  const values = { container: 'c9', right: 'View', ...jane };
  expect(edgeLabel(reader(), 'container-permission', values)).toBe(`View of ${jane.principalId} on c9`);
  await reader().translator.load({ kinds: ['user'], id: jane.principalId });
  expect(edgeLabel(reader(), 'container-permission', values)).toBe('View of jane@x on c9');
});

describe('roles of a user who lives on another surface', () => {
  const other = simulatedTenant({
    provider: { routing: [{ kind: 'user', surface: 'scim-cloud' }] },
    data: { users: [{ userName: 'jane@x' }], roles: ['Admin'], roleBindings: [{ role: 'Admin', user: 'jane@x' }] },
  });

  test('are read under the id of the surface of the roles', async () => {
    const ends = { principalType: 'user', principalId: await other.idOf('user', 'jane@x') };
    const edges = await edgesInScope(other.reader(), binding, ends);
    expect(edges.map(({ values }) => values)).toEqual([{ ...ends, role: 'Admin' }]);
  });

  test('are an error, not an empty list, when the user was deleted on the home surface', async () => {
    const ends = { principalType: 'user', principalId: '999' };
    await expect(edgesInScope(other.reader(), binding, ends)).rejects.toMatchObject({
      code: 'incomplete_response',
      message: 'user 999 was deleted on the SCIM Cloud Connector, so its access on the Platform REST cannot be read',
    });
  });
});
