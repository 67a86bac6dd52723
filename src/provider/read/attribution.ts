import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Finding, Operation, Plan } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { carrierOf, edgeResourceOf, scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { AuditList } from '../settings/audit.js';
import { type ConfiguredSurface, unsetVariables } from '../settings/configured-surface.js';
import { surfaces } from '../settings/surfaces.js';
import { type AuditEvent, type AuditEvents, eventsOf, readEvents } from './audit-events.js';
import { reasonOf } from './open-sessions.js';
import { openReader, type TenantReader } from './tenant-reader.js';

/** The changes of one object, as the audit of its tenant shows them. */
export interface Attribution {
  /** `group sre`. */
  readonly object: string;
  /** The time from which the audit was read. */
  readonly since: string;
  /** The number of events about the object since then; undefined: the audit was not read. */
  readonly count?: number;
  readonly latest?: AuditEvent;
  /** Why the audit was not read. */
  readonly unread?: string;
}

/** An object whose changes explain a difference; `id` on its home surface, undefined if there is none. */
interface Subject {
  readonly kind: string;
  readonly id: string | undefined;
  /** Its names, in code first: a rename has events under both. */
  readonly names: readonly string[];
}

/** The default period of the Platform's audit log is 7 days, the longest 60 (fact sheet (e)). */
const DAYS = 30;

/** Operations that show no difference between tenant and code. */
const SAME: ReadonlySet<Operation> = new Set(['none', 'adopt', 'configure', 'record']);

/** Levels of findings about changes of the tenant. An error may be one: an object that was deleted and needs consent. */
const NAMING: ReadonlySet<Finding['level']> = new Set(['drift', 'error']);

/**
 * Reads from the audit who changed the objects that differ from the code, by address. Each list is read once.
 * @param owned entries of the ledger, which has the ids of objects that are gone
 */
export async function readAttributions(
  tenant: Tenant,
  plan: Plan,
  owned: readonly OwnedObject[] = [],
): Promise<Record<string, readonly Attribution[]>> {
  const reader = openReader(tenant, plan.delinea.names);
  const read = auditReader(reader, new Date(Date.now() - DAYS * 86_400_000).toISOString());
  const differing = objectsIn(plan, owned);
  const found = differing.map(
    async ({ address, ...object }) => [address, await Promise.all(subjectsOf(reader, object).map(read))] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

/** An object or edge that a plan or the ledger has. */
interface Differing {
  readonly kind: string;
  readonly id: string | undefined;
  readonly names: readonly string[];
  readonly values: Values;
}

/** Returns the objects of a plan that differ from the code, and those of the ledger that a finding names. */
function objectsIn(
  { resource_changes: changes, delinea: { findings } }: Plan,
  owned: readonly OwnedObject[],
): (Differing & { readonly address: string })[] {
  const named = new Set(findings.flatMap(({ level, address }) => (NAMING.has(level) ? [address] : [])));
  const ids = new Map(owned.map(({ address, id }) => [address, id]));
  const planned = changes.filter(({ address, delinea }) => !SAME.has(delinea.operation) || named.has(address));
  const inPlan = new Set(planned.map(({ address }) => address));
  return [
    ...planned.map(({ address, delinea: { kind, id, label, desired, before } }) => ({
      address,
      kind,
      id: id ?? ids.get(address),
      names: [...new Set([label, ...namesIn(kind, before)])],
      values: { ...desired, ...before },
    })),
    ...owned
      .filter(({ address }) => named.has(address) && !inPlan.has(address))
      .map(({ address, kind, id, key }) => ({ address, kind, id, names: namesIn(kind, key), values: key })),
  ];
}

function namesIn(kind: string, values: Values): string[] {
  const name = values[resourceOf(kind).key[0]!];
  return typeof name === 'string' ? [name] : [];
}

/** Returns the objects whose changes explain a difference: the object itself, or the scope and the carrier of an edge. */
function subjectsOf({ translator }: TenantReader, { kind, id, names, values }: Differing): Subject[] {
  const resource = resourceOf(kind);
  const edge = isEdge(resource)
    ? resource
    : resource.authoritativeFor && edgeResourceOf(resource.authoritativeFor.edge);
  if (!edge) return [{ kind, id, names }];
  const scope = { kind: scopeKind(edge), id: values[resource.authoritativeFor?.scope ?? edge.edge.scope] };
  const ends = [scope, ...(isEdge(resource) ? [carrierOf(edge, values) ?? scope] : [])];
  const known = ends.flatMap((end) =>
    typeof end.id === 'string'
      ? [{ kind: end.kind, id: end.id, names: [translator.nameOf([end.kind], end.id) ?? end.id] }]
      : [],
  );
  return [...new Map(known.map((end) => [`${end.kind} ${end.id}`, end])).values()];
}

/** Returns a function that reads the changes of one object. */
function auditReader(reader: TenantReader, since: string): (subject: Subject) => Promise<Attribution> {
  const lists = new Map<string, Promise<AuditEvents>>();
  return async (subject) => {
    const object = `${subject.kind} ${subject.names[0]}`;
    let permission = '';
    try {
      const { surface, list } = auditFor(reader, subject.kind);
      permission = list.permission;
      const id = await idOn(reader, subject, surface, list);
      const path = list.path.replace('{id}', encodeURIComponent(id ?? ''));
      const key = `${surface.name}${path}`;
      const reading = lists.get(key) ?? readEvents(reader.tenant, surface, { ...list, path }, since);
      lists.set(key, reading);
      const { since: from, events } = await reading;
      const found = eventsOf(events, list, { id, names: subject.names });
      const latest = found.at(-1);
      return { object, since: from, count: found.length, ...(latest && { latest }) };
    } catch (error) {
      return { object, since, unread: reasonOf(error, permission) };
    }
  };
}

/** Returns the audit that has the changes of a kind. @throws DelineaError `unserved` if there is none to read */
function auditFor({ tenant }: TenantReader, kind: string): { surface: ConfiguredSurface; list: AuditList } {
  const home = tenant.home(kind);
  const row = surfaces[home.auditedBy ?? ''];
  const list = row?.audit?.lists[kind];
  if (!list) throw new DelineaError('unserved', `no audit is known for a ${kind} of the ${home.title}`);
  const surface = tenant.settings.surfaces[row.name];
  const [unset] = unsetVariables(row, surface);
  if (surface && !unset) return { surface, list };
  throw new DelineaError('unserved', `the ${row.title} is not configured: set ${unset!.join(' and ')}`);
}

/**
 * Returns the id of an object in its audit; undefined if the audit has other ids than the object's home, or none.
 * @throws DelineaError `not_found` if the list needs an id and there is none
 */
async function idOn(
  { tenant, translator }: TenantReader,
  { kind, id }: Subject,
  surface: ConfiguredSurface,
  { path, event }: AuditList,
): Promise<string | undefined> {
  const needsId = path.includes('{id}');
  if (!needsId && !event.ids) return undefined;
  const isSame = tenant.home(kind).idSpace === surface.idSpace;
  const isTranslated = id !== undefined && !isSame && kind in surface.serves;
  const found = isTranslated ? await translator.toSurface(kind, id, surface) : isSame ? id : undefined;
  if (found !== undefined || !needsId) return found;
  throw new DelineaError('not_found', `the ${surface.title} has no id for it`);
}
