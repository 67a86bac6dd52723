import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Row = Record<string, unknown> & { id: number };

/** One request as the server received it: `PUT /users/1`, with query and body. */
export interface VaultRequest {
  readonly line: string;
  readonly body: unknown;
}

export interface VaultServer {
  readonly url: string;
  readonly requests: VaultRequest[];
  readonly rows: Readonly<Record<string, Row[]>>;
  readonly members: { groupId: number; memberId: number }[];
  /** Status for requests whose line starts with one of these. */
  readonly faults: Map<string, number>;
  close(): Promise<void>;
}

const ACCOUNT = 'grant_type=password&username=svc&password=pass+word&domain=CORP';

/**
 * A made-up API on a real socket, strict about what it specifies: ids are integers, a permission must not break
 * inheritance, a login never changes, and a group's JSON has no members.
 */
export async function startVault(): Promise<VaultServer> {
  const rows: Record<string, Row[]> = {
    users: [],
    groups: [],
    folders: [
      { id: 23, name: 'prod', parentId: null },
      { id: 24, name: 'stage', parentId: 23 },
      { id: 25, name: 'test', parentId: 23 },
    ],
    'folder-permissions': [],
  };
  const members: { groupId: number; memberId: number }[] = [];
  const requests: VaultRequest[] = [];
  const faults = new Map<string, number>();
  let lastId = 100;

  function handle(method: string, url: URL, text: string): [number, unknown?] {
    if (url.pathname === '/oauth2/token') {
      return text === ACCOUNT ? [200, { access_token: 'vault-token', expires_in: 600 }] : [400, { error: text }];
    }
    const [, kind = '', id, part, memberId] = url.pathname.replace('/api/v1', '').split('/');
    const line = `${method} ${url.pathname.replace('/api/v1', '')}${decodeURIComponent(url.search)}`;
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
    requests.push({ line, body });
    const fault = [...faults].find(([start]) => line.startsWith(start));
    if (fault) return [fault[1], { message: 'fault' }];
    const table = rows[kind];
    if (!table) return [404, { message: 'no such collection' }];
    const row = table.find((candidate) => candidate.id === Number(id));
    if (id !== undefined && !row) return [404, { message: `no ${kind} ${id}` }];
    if (part !== undefined) return handleMembers(method, url, row!, memberId, body);
    const refusal =
      refuse(kind, method, body, row) ?? (method === 'DELETE' ? refuse(kind, 'query', query(url)) : undefined);
    if (refusal) return [400, { message: refusal }];
    if (method === 'GET') return row ? [200, shown(row)] : [200, page(url, table.filter(matches(url)).map(shown))];
    if (method === 'POST') {
      const created = { ...(kind === 'users' && { enabled: true }), ...body, id: ++lastId };
      table.push(created);
      return [200, shown(created)];
    }
    if (method === 'PUT') Object.assign(row!, body);
    if (method === 'DELETE') table.splice(table.indexOf(row!), 1);
    return [200, shown(row!)];
  }

  function handleMembers(
    method: string,
    url: URL,
    { id }: Row,
    memberId: string | undefined,
    body: unknown,
  ): [number, unknown?] {
    const mine = members.filter(({ groupId }) => groupId === id);
    if (method === 'GET') return [200, page(url, mine)];
    if (method === 'POST') {
      const added = (body as { memberId: unknown }).memberId;
      if (typeof added !== 'number') return [400, { message: 'memberId: not an integer' }];
      members.push({ groupId: id, memberId: added });
    } else {
      members.splice(
        members.findIndex((one) => one.groupId === id && one.memberId === Number(memberId)),
        1,
      );
    }
    return [200, { success: true }];
  }

  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const [status, body] = handle(request.method ?? '', new URL(request.url ?? '', 'http://vault'), text);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    rows,
    members,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(
  kind: string,
  method: string,
  body: Record<string, unknown> | undefined,
  row?: Row,
): string | undefined {
  if (method === 'GET' || (method === 'DELETE' && body === undefined)) return undefined;
  const text = Object.entries(body ?? {}).find(([name, value]) => /id$/i.test(name) && typeof value === 'string');
  if (text) return `${text[0]}: not an integer`;
  if (method === 'PUT' && body?.id !== row?.id) return 'id: differs from the path';
  if (kind === 'users' && method === 'PUT' && body?.login !== row?.login) return 'login: immutable';
  if (kind === 'folder-permissions' && String(body?.keepInherited) !== 'true') return 'would break inheritance';
  return undefined;
}

/** An object as responses have it: a welcome text is never shown. */
function shown({ welcomeText, ...row }: Row): Row {
  return row as Row;
}

function query(url: URL): Record<string, unknown> {
  return Object.fromEntries(url.searchParams);
}

function matches(url: URL): (row: Row) => boolean {
  const terms = [...url.searchParams].filter(([name]) => name.startsWith('filter.'));
  return (row) => terms.every(([name, value]) => String(row[name.slice('filter.'.length)]) === value);
}

function page(url: URL, all: readonly unknown[]): unknown {
  const skip = Number(url.searchParams.get('skip'));
  return { records: all.slice(skip, skip + Number(url.searchParams.get('take'))), count: all.length };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
