import { isScim, splitCollection } from '../http/base-paths.js';
import { isObject, type Json } from '../http/body.js';
import { answerRefusal, familyOf, Refusal } from '../http/refusal.js';
import { isSecretServerList } from '../http/traffic.js';
import type { Fault, FaultKind } from './fault.js';

/** A response, or an event instead of one. */
export type Outcome = Response | 'reset' | 'hang';

/** The effect of a fault on a request. Effects change HTTP messages only, so surfaces do not know about faults. */
export interface Effect {
  /** Selects the requests that the fault can affect; absent = all. */
  readonly concerns?: (request: Request) => boolean;
  /** Replaces the execution of the request. */
  readonly instead?: (fault: Fault, request: Request) => Outcome;
  /** Changes the request before its execution. */
  readonly before?: (request: Request, fault: Fault) => Request | Promise<Request>;
  /** Changes the response after the execution. */
  readonly after?: (fault: Fault, response: Response, original: Request) => Promise<Outcome> | Outcome;
}

export const EFFECTS: Readonly<Record<FaultKind, Effect>> = {
  throttle: {
    instead: ({ retryAfter = 'none' }, request) => {
      const headers = retryAfter === 'none' ? {} : { 'retry-after': retryAfterHeader(retryAfter) };
      return refuse(request, new Refusal(429, 'Too many requests.', 'TooManyRequests', headers));
    },
  },
  resetBefore: { instead: () => 'reset' },
  resetAfter: { after: () => 'reset' },
  timeoutBefore: { instead: () => 'hang' },
  timeoutAfter: { after: () => 'hang' },
  html502: {
    instead: () =>
      new Response('<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>', {
        status: 502,
        headers: { 'content-type': 'text/html' },
      }),
  },
  status: {
    instead: ({ status = 500 }, request) =>
      refuse(request, new Refusal(status, status < 500 ? 'Refused.' : 'Secret Server service unavailable.')),
  },
  truncate: {
    after: async (_fault, response) => {
      const text = await response.text();
      return rewrite(response, text.slice(0, Math.floor(text.length / 2)));
    },
  },
  expired403: {
    instead: () => Response.json({ message: 'Authentication failed or expired token.' }, { status: 403 }),
  },
  listEndsEarly: {
    concerns: isLaterPage,
    after: (_fault, response) => editJson(response, (body) => withItems(body, () => [])),
  },
  repeatPage: {
    concerns: isLaterPage,
    before: (request) => withQuery(request, { skip: '0', startIndex: '1' }),
    after: (_fault, response, original) => editJson(response, (body) => echo(body, original)),
  },
  shortPages: {
    concerns: isList,
    before: (request) => withQuery(request, { take: half(request, 'take'), count: half(request, 'count') }),
    after: (_fault, response, original) => editJson(response, (body) => echo(body, original)),
  },
  ignoreFields: {
    concerns: ({ method }) => method === 'POST' || method === 'PUT',
    before: async (request, { fields = [] }) => {
      const body: unknown = await request.json();
      const { method, headers, url } = request;
      return new Request(url, { method, headers, body: JSON.stringify(isObject(body) ? without(body, fields) : body) });
    },
  },
  dropFields: {
    after: ({ fields = [] }, response) =>
      editJson(response, (body) => withItems(body, (item) => without(item, fields))),
  },
  extraFields: {
    after: ({ extra = {} }, response) =>
      editJson(response, (body) => withItems(body, (item) => ({ ...item, ...extra }))),
  },
};

/** Paging parameters and their defaults (guide 000). */
const PAGING: Readonly<Record<string, string>> = { skip: '0', take: '25', startIndex: '1', count: '25' };

/** Secret Server's default page; it has no largest page. */
const SECRET_SERVER_PAGING: typeof PAGING = { ...PAGING, take: '10' };

function pagingOf(request: Request): { defaults: typeof PAGING; largest: number } {
  const secretServer = familyOf(new URL(request.url).pathname) === 'secret-server';
  return secretServer ? { defaults: SECRET_SERVER_PAGING, largest: Infinity } : { defaults: PAGING, largest: 100 };
}

function retryAfterHeader(retryAfter: 'date' | number): string {
  return retryAfter === 'date' ? new Date(Date.now() + 1000).toUTCString() : String(retryAfter);
}

function refuse(request: Request, refusal: Refusal): Response {
  return answerRefusal(refusal, new URL(request.url).pathname);
}

/** Returns whether the request lists a collection: its path ends with the kind of object. */
function isList(request: Request): boolean {
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET') return false;
  const object = splitCollection(pathname);
  return object ? object.rest === undefined : isSecretServerList(pathname);
}

function isLaterPage(request: Request): boolean {
  const query = new URL(request.url).searchParams;
  return isList(request) && (Number(query.get('skip') ?? 0) > 0 || Number(query.get('startIndex') ?? 1) > 1);
}

function withQuery(request: Request, values: Record<string, string>): Request {
  const url = new URL(request.url);
  const names = isScim(url.pathname) ? ['startIndex', 'count'] : ['skip', 'take'];
  for (const [name, value] of Object.entries(values)) if (names.includes(name)) url.searchParams.set(name, value);
  return new Request(url, { headers: request.headers });
}

/** Halves a valid page size. Other sizes are kept, for the service to refuse. */
function half(request: Request, name: string): string {
  const { defaults, largest } = pagingOf(request);
  const asked = new URL(request.url).searchParams.get(name) ?? defaults[name]!;
  const size = Number(asked);
  return size >= 2 && size <= largest ? String(Math.floor(size / 2)) : asked;
}

/** Restores the requested paging in the response, since a faulty service would report it unchanged. */
function echo(body: Json, original: Request): Json {
  const query = new URL(original.url).searchParams;
  const names = { skip: 'skip', take: 'take', startIndex: 'startIndex', itemsPerPage: 'count' };
  const present = Object.entries(names).filter(([key]) => key in body);
  return {
    ...body,
    ...Object.fromEntries(
      present.map(([key, name]) => [key, Number(query.get(name) ?? pagingOf(original).defaults[name])]),
    ),
  };
}

/** Edits the objects of a response: the items of a list, or the single object. `() => []` empties a list. */
function withItems(body: Json, edit: (item: Json) => Json | never[]): Json {
  const key = ['data', 'Resources', 'records'].find((name) => Array.isArray(body[name]));
  if (!key) return edit(body) as Json;
  return { ...body, [key]: (body[key] as Json[]).flatMap((item) => edit(item)) };
}

function without(item: Json, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !fields.includes(key)));
}

async function editJson(response: Response, edit: (body: Json) => Json): Promise<Response> {
  if (!response.ok || !/json/.test(response.headers.get('content-type') ?? '')) return response;
  const body: unknown = JSON.parse(await response.text());
  return rewrite(response, JSON.stringify(isObject(body) ? edit(body) : body));
}

function rewrite(response: Response, text: string): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const empty = response.status === 204;
  return new Response(empty ? null : text, { status: response.status, headers });
}
