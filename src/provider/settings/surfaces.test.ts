import { describe, expect, test } from '@jest/globals';
import { resources } from '../resources/index.js';
import { defaultRouting, surfaceFor, surfaces, surfacesServing } from './surfaces.js';

describe('surfaceFor', () => {
  test('every kind has a home that serves it over a protocol that the kind has', () => {
    for (const { type, wire } of resources.filter(({ authoritativeFor }) => !authoritativeFor)) {
      const home = surfaceFor(type, {}, surfaces);
      expect(home.name).toBe(defaultRouting[type]);
      expect(wire[home.protocol]).toBeDefined();
    }
  });

  test('the routing wins over the default', () => {
    expect(surfaceFor('user', { user: 'platform-scim' }, surfaces).name).toBe('platform-scim');
  });

  test.each([
    ['a surface that does not serve the kind', 'container', 'platform-rest', 'Platform REST does not serve container'],
    ['a surface that does not exist', 'container', 'nowhere', 'there is no surface "nowhere" to serve container'],
  ])('%s is an error that names those that do', (_, kind, surface, message) => {
    expect(() => surfaceFor(kind, { [kind]: surface }, surfaces)).toThrow(
      expect.objectContaining({
        code: 'unserved',
        message,
        hint: 'Route container to scim-cloud.',
        path: `routing.${kind}`,
      }),
    );
  });
});

describe('the rows', () => {
  test('every kind that a surface serves exists and is filtered by attributes that stand on its wire', () => {
    for (const { name, protocol, serves } of Object.values(surfaces)) {
      for (const [kind, { filters }] of Object.entries(serves)) {
        const wire = resources.find(({ type }) => type === kind)?.wire[protocol];
        expect([name, kind, wire === undefined]).toEqual([name, kind, false]);
        expect(filters.filter((filter) => !(filter in wire!.fields))).toEqual([]);
      }
    }
  });

  test('the filters are those of guide 002, a list scope among them', () => {
    for (const { type, edge } of resources) {
      if (!edge || edge.storedIn) continue;
      for (const { serves } of surfacesServing(type)) expect(serves[type]?.filters).toContain(edge.scope);
    }
  });

  test('plan and drift never ask for more than reading where scopes are told apart', () => {
    const { auth } = surfaces['platform-rest']!;
    expect(auth).toMatchObject({
      scopes: { read: 'delinea:api:read', write: 'delinea:api:write', admin: 'delinea:api:admin' },
    });
    expect(
      Object.values(surfaces).flatMap(({ serves }) =>
        Object.entries(serves)
          .filter(([, { writeAccess }]) => writeAccess === 'admin')
          .map(([kind]) => kind),
      ),
    ).toEqual(['role-binding']);
  });

  test('ids are shared only where a row says so', () => {
    expect(Object.values(surfaces).map(({ name, idSpace }) => [name, idSpace])).toEqual([
      ['platform-rest', 'platform'],
      ['platform-scim', 'platform'],
      ['scim-cloud', 'scim-cloud'],
    ]);
  });
});
