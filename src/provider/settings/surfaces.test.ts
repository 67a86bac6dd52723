import { describe, expect, test } from '@jest/globals';
import { routedAs } from '../resources/edge-words.js';
import { resources } from '../resources/index.js';
import { defaultRouting, surfaceFor, surfaces, surfacesServing } from './surfaces.js';

describe('surfaceFor', () => {
  test('surfaceFor: returns a surface with a protocol of the kind for every kind', () => {
    for (const { type, wire } of resources.filter((resource) => routedAs(resource) === resource.type)) {
      const home = surfaceFor(type, {}, surfaces);
      expect(home.name).toBe(defaultRouting[type]);
      expect(wire[home.protocol]).toBeDefined();
    }
  });

  test('rows: serve memberships where they serve groups', () => {
    for (const { serves } of Object.values(surfaces)) expect('group-membership' in serves).toBe('group' in serves);
  });

  test('surfaceFor: prefers the routing over the default', () => {
    expect(surfaceFor('user', { user: 'platform-scim' }, surfaces).name).toBe('platform-scim');
  });

  test.each([
    ['a surface that does not serve the kind', 'container', 'platform-rest', 'Platform REST does not serve container'],
    ['a surface that does not exist', 'container', 'nowhere', 'there is no surface "nowhere" to serve container'],
    ['the name of a prototype', 'container', '__proto__', 'there is no surface "__proto__" to serve container'],
  ])('surfaceFor: names the surfaces that serve the kind for %s', (_, kind, surface, message) => {
    expect(() => surfaceFor(kind, { [kind]: surface }, surfaces)).toThrow(
      expect.objectContaining({
        code: 'unserved',
        message,
        hint: 'Route container to scim-cloud or secret-server or scim-connector. Profiles that serve it: platform, scim-cloud, secret-server, scim-connector.',
        path: `routing.${kind}`,
      }),
    );
  });
});

describe('surfaces: rows', () => {
  test('row: serves existing kinds and filters by attributes on their wire', () => {
    for (const { name, protocol, serves } of Object.values(surfaces)) {
      for (const [kind, { filters }] of Object.entries(serves)) {
        const wire = resources.find(({ type }) => type === kind)?.wire[protocol];
        expect([name, kind, wire === undefined]).toEqual([name, kind, false]);
        expect(filters.filter((filter) => !(filter in wire!.fields))).toEqual([]);
      }
    }
  });

  test('row: can filter by the scope of a list', () => {
    for (const { type, edge } of resources) {
      if (!edge || edge.storedIn) continue;
      for (const { serves } of surfacesServing(type)) expect(serves[type]?.filters).toContain(edge.scope);
    }
  });

  test('row: has a separate scope for reading, and admin only for role bindings', () => {
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

  test('row: shares ids only within an id space', () => {
    expect(Object.values(surfaces).map(({ name, idSpace }) => [name, idSpace])).toEqual([
      ['platform-rest', 'platform'],
      ['platform-scim', 'platform'],
      ['platform-identity', 'platform-identity'],
      ['platform-audit', 'platform'],
      ['scim-cloud', 'scim-cloud'],
      ['secret-server', 'secret-server'],
      ['secret-server-scim', 'secret-server-scim'],
      ['scim-connector', 'scim-connector'],
    ]);
  });
});
