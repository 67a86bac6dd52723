import type { Tenant } from '../api/tenant.js';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { Features } from '../model/features.js';
import { isEdge } from '../model/keys.js';
import { keptElsewhere } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import { unsetVariables } from '../settings/configured-surface.js';
import type { Cause, Symptom } from '../settings/likely-causes.js';
import type { Surface } from '../settings/surfaces.js';

/** Most failing requests in a row that an examination sends to one surface. */
const MOST_FAILURES = 4;

/** Requests of one read that may fail: a rejected token is renewed once. */
const FAILURES_OF_A_READ = 2;

/** A reason why a part of a surface cannot be used. */
export interface Problem extends Partial<Cause> {
  /** The list or document that was read, such as "user list". */
  readonly what: string;
  readonly symptom: Symptom;
  readonly code: ErrorCode | undefined;
  readonly message: string;
}

/** The objects of one kind that the account may see. */
export interface Seen {
  readonly kind: string;
  readonly total: number;
  /** The objects that the account owns; undefined: not known. */
  readonly owned: number | undefined;
  /** Requested and returned objects of the first page. `honoured`: the service returned as many as there are, or as requested. */
  readonly page: { readonly requested: number; readonly returned: number; readonly honoured: boolean };
}

/** One surface as the account of the settings sees it. */
export interface Examination {
  readonly surface: string;
  readonly title: string;
  readonly url: string | undefined;
  /** `unset`: nothing was sent. */
  readonly state: 'works' | 'unset' | Symptom;
  /** undefined: not known. */
  readonly reachable: boolean | undefined;
  /** Whether the service accepted the credentials; undefined: not known. */
  readonly accepted: boolean | undefined;
  /** Environment variables without which nothing can be sent, for each way to a token. */
  readonly unset: readonly (readonly string[])[];
  /** The setup that the surface needs. */
  readonly needs: string;
  /** OAuth scope of the token, which only reads. */
  readonly scope: string | undefined;
  readonly seen: readonly Seen[];
  readonly features: Features | undefined;
  readonly problems: readonly Problem[];
  /** Lists and documents that were not read, after these problems. */
  readonly unread: readonly string[];
}

/**
 * Finds out whether a surface can be used: reads the first page of each of its lists, one after the other. Ends after the
 * first failure that concerns the whole surface.
 */
export async function examineSurface(tenant: Tenant, row: Surface): Promise<Examination> {
  const surface = tenant.settings.surfaces[row.name];
  const unset = unsetVariables(row, surface);
  const scopes = surface?.auth.kind === 'oauth' ? surface.auth.scopes : undefined;
  const head = { surface: row.name, title: row.title, url: surface?.baseUrl, needs: row.precondition, unset };
  const seen: Seen[] = [];
  const problems: Problem[] = [];
  const unread: string[] = [];
  let features: Features | undefined;
  if (surface && unset.length === 0) {
    const reader = cautiousReader(tenant, row, { problems, unread });
    for (const kind of Object.keys(row.serves).filter((each) => !isEdge(resourceOf(each)))) {
      const found = await readKind(tenant, row, kind, reader);
      if (!found) continue;
      seen.push(found.seen);
      if (found.problem) problems.push(found.problem);
    }
    const readFeatures = tenant.featureReader(surface);
    if (readFeatures) features = await reader('service provider configuration', readFeatures);
  }
  const state = unset.length > 0 ? 'unset' : seen.length > 0 ? 'works' : (problems[0]?.symptom ?? 'unusable');
  return { ...head, state, ...judged(state), scope: scopes?.read || undefined, seen, features, problems, unread };
}

/** Reads one part of a surface; undefined if it cannot be read or is not read any more. */
type Reader = <T>(what: string, read: () => Promise<T>) => Promise<T | undefined>;

/** Returns a reader that stops before a service receives too many failing requests in a row. */
function cautiousReader(
  { cost }: Tenant,
  row: Surface,
  { problems, unread }: { readonly problems: Problem[]; readonly unread: string[] },
): Reader {
  let failures = 0;
  let works = false;
  let ended = false;
  const sent = () => cost.lists + cost.gets;
  return async (what, read) => {
    if (ended || failures + FAILURES_OF_A_READ > MOST_FAILURES) {
      unread.push(what);
      return undefined;
    }
    const before = sent();
    try {
      const result = await read();
      [failures, works] = [0, true];
      return result;
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      // If only the token request failed, no list was sent.
      failures += Math.max(1, sent() - before);
      const problem = problemOf(error, what, row);
      problems.push(problem);
      ended = works ? LASTING.has(problem.symptom) : problem.symptom !== 'forbidden';
      return undefined;
    }
  };
}

async function readKind(
  tenant: Tenant,
  row: Surface,
  kind: string,
  reader: Reader,
): Promise<{ readonly seen: Seen; readonly problem: Problem | undefined } | undefined> {
  const collection = tenant.collection(kind, row.name);
  const { plural } = collection.resource;
  const page = await reader(`${kind} list`, () => collection.firstPage());
  if (!page) return undefined;
  const { items, total } = page;
  const query = row.serves[kind]?.owned;
  const isWhole = query !== undefined && Object.keys(query).length === 0;
  const owned =
    query && !isWhole ? await reader(`list of own ${plural}`, () => collection.firstPage(query)) : undefined;
  const requested = row.pageSize;
  const honoured = items.length >= Math.min(requested, total);
  const signs = items.flatMap((live) => keptElsewhere(collection.wire, live) ?? []);
  return {
    seen: {
      kind,
      total,
      owned: isWhole ? total : owned?.total,
      page: { requested, returned: items.length, honoured },
    },
    problem:
      signs.length === 0
        ? undefined
        : {
            what: `${kind} list`,
            symptom: 'kept elsewhere',
            code: undefined,
            message: `another product keeps ${signs.length} of the first ${items.length} ${plural} (${[...new Set(signs)].join(', ')})`,
            ...row.causes?.['kept elsewhere'],
          },
  };
}

/** Symptoms that another request to the same surface would not change. */
const LASTING: ReadonlySet<Symptom> = new Set<Symptom>(['unreachable', 'denied']);

const SYMPTOMS: Readonly<Partial<Record<ErrorCode, Symptom>>> = {
  host_unreachable: 'unreachable',
  timed_out: 'unreachable',
  wrong_surface: 'absent',
  not_found: 'absent',
  credentials_denied: 'denied',
  unauthorized: 'denied',
  forbidden: 'forbidden',
  server_error: 'failing',
};

/** Returns a failure with its likely cause and fix: those of the surface's row, or else the hint of the error. */
function problemOf({ code, message, hint }: DelineaError, what: string, { causes }: Surface): Problem {
  const symptom = SYMPTOMS[code] ?? 'unusable';
  return { what, symptom, code, message, ...(causes?.[symptom] ?? (hint !== undefined && { fix: hint })) };
}

/** Returns what a state shows of the address and of the credentials. A missing permission for all lists shows neither. */
function judged(state: Examination['state']): Pick<Examination, 'reachable' | 'accepted'> {
  if (state === 'works') return { reachable: true, accepted: true };
  if (state === 'denied') return { reachable: true, accepted: false };
  const reachable = state === 'unset' ? undefined : state === 'forbidden';
  return { reachable, accepted: undefined };
}
