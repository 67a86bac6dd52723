import * as z from 'zod';
import { elementChanges, encode } from '../../../src/provider/api/codec.js';
import type { Protocol, Query } from '../../../src/provider/api/protocol.js';
import type { Dialects } from '../../../src/provider/api/tenant.js';
import { DelineaError, type Resource, resourceOf, type Surface, settingsSchema } from '../../../src/provider/index.js';
import { fieldOf, type Wire, withoutParts } from '../../../src/provider/model/wire.js';
import type { SurfaceSettings } from '../../../src/provider/settings/settings.js';

/** The wires of a made-up API: integer ids, members in a collection of their own, PUT, and a constant in every write. */
const wires: Readonly<Record<string, Wire>> = {
  user: {
    path: '/users',
    fields: {
      userName: { at: ['login'], immutable: true },
      displayName: { at: ['fullName'] },
      title: { at: ['welcomeText'], createOnly: true },
      active: { at: ['enabled'] },
      manager: { at: ['managerId'] },
    },
  },
  group: {
    path: '/groups',
    fields: { displayName: { at: ['name'] }, members: { at: ['memberId'], from: { path: '/members' } } },
  },
  container: { path: '/folders', fields: { name: { at: ['name'] }, parent: { at: ['parentId'] } } },
  'container-permission': {
    path: '/folder-permissions',
    constants: { keepInherited: true },
    fields: {
      container: { at: ['folderId'] },
      principalId: [
        { at: ['userId'], when: { attribute: 'principalType', is: 'user' } },
        { at: ['groupId'], when: { attribute: 'principalType', is: 'group' } },
      ],
      right: { at: ['role'] },
    },
  },
};

/** Reads `{records, count}`, filters by `filter.name=value`, and changes objects with PUT. */
const protocol: Protocol = {
  pageQuery: (offset, count) => ({ skip: offset, take: count }),
  readPage(body, what) {
    const items = body?.records;
    if (!Array.isArray(items)) throw new DelineaError('malformed_response', `${what}: not a list with "records"`);
    return { items, total: Number(body?.count) };
  },
  filterQuery: (terms) => Object.fromEntries(terms.map(({ at, value }) => [`filter.${at.join('.')}`, value])),
  encodeId: Number,
  create: ({ resource, wire, path }, values) => [
    { method: 'POST', path, body: encode(resource, wire, values, Number) },
  ],
  update({ resource, wire, path }, live, changes) {
    const own = withoutParts(wire, changes);
    const body = { id: Number(live.id), ...encode(resource, wire, { ...live.values, ...own }, Number) };
    const parts = Object.keys(changes).flatMap((name) => {
      const { from, at: [key] = [] } = fieldOf(wire, name, changes) ?? {};
      if (from === undefined) return [];
      const { added, removed } = elementChanges(live, name, changes[name]);
      return [
        ...added.map((id) => ({ method: 'POST', path: path + from.path, body: { [key!]: Number(id) } }) as const),
        ...removed.map((id) => ({ method: 'DELETE', path: `${path}${from.path}/${id}` }) as const),
      ];
    });
    return [...(Object.keys(own).length > 0 ? [{ method: 'PUT', path, body } as const] : []), ...parts];
  },
  remove: ({ wire, path }) => [{ method: 'DELETE', path, query: (wire.constants ?? {}) as Query }],
};

const vault: Surface = {
  name: 'vault',
  title: 'Vault',
  protocol: 'vault',
  mediaType: 'application/json',
  host: 'vaultUrl',
  basePath: '/api/v1',
  auth: {
    kind: 'oauth',
    grant: 'password',
    tokenPath: '/oauth2/token',
    credentials: { username: ['vaultUser'], password: ['vaultPassword'], domain: ['vaultDomain'] },
    optional: ['domain'],
    account: 'username',
    renewal: 'Check the account and its password.',
  },
  idSpace: 'vault',
  pageSize: 2,
  partialLists: true,
  serves: {
    user: { filters: ['userName'] },
    group: { filters: ['displayName'] },
    container: { filters: ['name'] },
    'container-permission': { filters: ['container', 'principalId'] },
  },
  permissions: 'the vault role Administrator',
  precondition: 'a vault account',
};

/** Settings of the vault beside those of the production surfaces, for `readSettings`. */
export const vaultSettings: SurfaceSettings = {
  schema: settingsSchema.extend({
    vaultUrl: z.string().optional(),
    vaultUser: z.string().optional(),
    vaultPassword: z.string().optional().meta({ sensitive: true }),
    vaultDomain: z.string().optional(),
  }) as typeof settingsSchema,
  surfaces: { vault },
};

/** The vault's protocol and wires, for `connect`. */
export const vaultDialects: Dialects = {
  protocols: { vault: protocol },
  resourceOf: (kind): Resource => {
    const wire = wires[kind];
    return { ...resourceOf(kind), wire: wire ? { vault: wire } : {} };
  },
};
