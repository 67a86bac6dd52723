import { randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { listen, type ScimServer, TOKEN } from './server.js';

interface Row {
  readonly id: string;
  readonly meta: { readonly created: string; readonly lastModified: string };
}

/** The rows of one server, by kind. SCIMMY's resources are singletons: a request's context brings its server's rows. */
interface Store {
  readonly users: Map<string, Row>;
  readonly groups: Map<string, Row>;
}

const { User, Group } = SCIMMY.Resources;
User.extend(SCIMMY.Schemas.EnterpriseUser, false);
declare(User, 'users', 'userName');
declare(Group, 'groups', 'displayName');

/**
 * Starts SCIMMY with its routers, over maps.
 * @param patch whether the server has PATCH; without it, its ServiceProviderConfig shows that and a PATCH is a 501, as
 * RFC 7644 §3.12 has it
 */
export function startScimmy({ patch = true } = {}): Promise<ScimServer> {
  const store: Store = { users: new Map(), groups: new Map() };
  return listen('/scim/v2', () => {
    const app: Express = express();
    const routers = new SCIMMYRouters({
      type: 'bearer',
      handler: (request) => {
        if (request.header('authorization') === `Bearer ${TOKEN}`) return 'client';
        throw new Error('no valid token');
      },
      context: () => store,
    });
    SCIMMY.Config.set({ patch: { supported: patch } });
    if (!patch) app.patch('/scim/v2/*', (_, response) => void response.status(501).send(notImplemented()));
    app.use('/scim/v2', routers);
    return app;
  });
}

function notImplemented() {
  return new SCIMMY.Messages.Error({ status: 501, message: 'PATCH is not implemented' });
}

type Asked = InstanceType<typeof SCIMMY.Types.Resource>;

function declare(resource: typeof User | typeof Group, kind: keyof Store, name: 'userName' | 'displayName'): void {
  const nameOf = (row: object) => String((row as Record<string, unknown>)[name]).toLowerCase();
  SCIMMY.Resources.declare(resource, {
    ingress: ({ id }: Asked, sent: object, store: Store) => {
      const rows = store[kind];
      const older = id === undefined ? undefined : found(rows, id);
      if ([...rows.values()].some((row) => row.id !== id && nameOf(row) === nameOf(sent)))
        throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} is taken`);
      const lastModified = new Date().toISOString();
      const meta = { created: older?.meta.created ?? lastModified, lastModified };
      const row: Row = { ...JSON.parse(JSON.stringify(sent)), id: older?.id ?? randomUUID(), meta };
      rows.set(row.id, row);
      return row;
    },
    egress: ({ id, filter }: Asked, store: Store) => {
      if (id !== undefined) return found(store[kind], id);
      const rows = [...store[kind].values()];
      return filter ? filter.match(rows) : rows;
    },
    degress: ({ id }: Asked, store: Store) => {
      store[kind].delete(found(store[kind], id).id);
    },
  });
}

function found(rows: ReadonlyMap<string, Row>, id = ''): Row {
  const row = rows.get(id);
  if (row) return row;
  throw new SCIMMY.Types.Error(404, '', `${id} does not exist`);
}
