import { describe, expect, test } from '@jest/globals';
import { accountsOf, configureSurfaces } from './configured-surface.js';
import { type Surface, surfaces } from './surfaces.js';

const TENANT = 'https://acme.delinea.app';
const rest = surfaces['platform-rest']!;
const hosted: Surface = { ...rest, name: 'hosted', host: 'hostUrl' };

describe('configureSurfaces', () => {
  test('URLs: are below the tenant when the row names no host', () => {
    expect(configureSurfaces(TENANT, { rest }, {}, [])['platform-rest']).toMatchObject({
      baseUrl: `${TENANT}/api/v1`,
      tokenUrl: `${TENANT}/identity/connect/token`,
    });
  });

  test('URLs: are below the host that the row names', () => {
    const { hosted: configured } = configureSurfaces(TENANT, { hosted }, { hostUrl: 'https://other.example/' }, []);
    expect(configured).toMatchObject({
      baseUrl: 'https://other.example/api/v1',
      tokenUrl: 'https://other.example/identity/connect/token',
    });
  });

  test('surface: is left out when its host is not set, unless its base URL is', () => {
    expect(configureSurfaces(TENANT, { hosted }, {}, [])).toEqual({});
    const overrides = [{ name: 'hosted', baseUrl: 'https://other.example/v2' }];
    expect(configureSurfaces(TENANT, { hosted }, {}, overrides)).toMatchObject({
      hosted: { baseUrl: 'https://other.example/v2' },
    });
  });

  test('credentials: take the first setting that is set, and leave out unset fields', () => {
    const texts = { clientId: 'c', scimClientSecret: 's' };
    const configured = configureSurfaces(TENANT, surfaces, texts, []);
    expect(configured['scim-cloud']?.credentials).toEqual({ client_id: 'c', client_secret: 's' });
    expect(configured['platform-rest']?.credentials).toEqual({ client_id: 'c' });
    expect(configured['platform-scim']?.credentials).toEqual({});
  });

  test('override: throws when there is no such surface', () => {
    expect(() => configureSurfaces(TENANT, { hosted }, {}, [{ name: 'nowhere' }])).toThrow(
      expect.objectContaining({ code: 'settings_invalid', path: 'surfaces', hint: 'Surfaces: hosted.' }),
    );
  });
});

describe('accountsOf', () => {
  test('names each account once', () => {
    expect(accountsOf(surfaces, { clientId: 'c' })).toEqual(['c']);
    expect(accountsOf(surfaces, { clientId: 'c', scimClientId: 's', scimToken: 't' })).toEqual(['c', 's']);
  });
});
