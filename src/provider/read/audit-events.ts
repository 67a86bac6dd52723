import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { JsonObject } from '../model/values.js';
import type { AuditList, EventFields, Period } from '../settings/audit.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';

/** One change in the tenant, as its audit shows it. */
export interface AuditEvent {
  /** ISO 8601. */
  readonly when: string;
  readonly who: string;
  readonly action: string;
}

/** Events of one list since a time. */
export interface AuditEvents {
  readonly since: string;
  readonly events: readonly JsonObject[];
}

/** The object that an event has to be about. */
export interface Audited {
  /** Id on the surface of the audit; undefined: not known. */
  readonly id: string | undefined;
  readonly names: readonly string[];
}

/** Events per page, as the known client of the Platform requests them (SEKOIA-IO/automation-library). */
const PAGE = 1000;

/** Pages that are read, the newest. A tenant may have many more events than changes. */
const MOST_PAGES = 20;

/**
 * Reads the events of a list since a time. Reads only the newest pages of a long list that is selected by time; the result
 * has the time from which it is complete.
 * @throws DelineaError if the list cannot be read, or if a page of it is missing
 */
export async function readEvents(
  tenant: Tenant,
  surface: ConfiguredSurface,
  { path, period, event }: AuditList,
  since: string,
): Promise<AuditEvents> {
  const what = 'audit';
  if (period)
    return readPeriod(period, event, since, (query) =>
      tenant.send(surface, { method: 'GET', path, query, access: 'read', what }),
    );
  const events = await tenant.entries(surface, { path, what });
  return { since, events: events.filter((entry) => timeOf(entry, event) >= since) };
}

async function readPeriod(
  { query, start, end, page, pageSize, items, total }: Period,
  event: EventFields,
  since: string,
  send: (query: Readonly<Record<string, string>>) => Promise<JsonObject | undefined>,
): Promise<AuditEvents> {
  const selected = { ...query, [start]: since, [end]: new Date().toISOString(), [pageSize]: String(PAGE) };
  const read = async (number: number) => {
    const body = await send({ ...selected, [page]: String(number) });
    const [events, count] = [body?.[items], body?.[total]];
    if (Array.isArray(events) && Number.isSafeInteger(count))
      return { events: events as JsonObject[], count: Number(count) };
    throw new DelineaError('malformed_response', `audit: not a list with "${items}" and "${total}"`);
  };
  const first = await read(1);
  const perPage = Math.min(PAGE, Math.max(1, first.events.length));
  const last = Math.ceil(first.count / perPage);
  const from = Math.max(2, last - MOST_PAGES + 1);
  const numbers = Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => from + index);
  const pages = await Promise.all(numbers.map(read));
  const events = [...(from === 2 ? first.events : []), ...pages.flatMap((each) => each.events)];
  const expected = first.count - (from === 2 ? 0 : (from - 1) * perPage);
  if (events.length < expected) {
    throw new DelineaError('list_incomplete', `audit: only ${events.length} of ${expected} events were returned`);
  }
  if (from === 2) return { since, events };
  // The last pages of a list in another order are not the newest: "no event since" would be wrong.
  if (timeOf(first.events[0]!, event) > timeOf(events.at(-1)!, event))
    throw new DelineaError('malformed_response', 'audit: the events are not listed oldest first');
  return { since: timeOf(events[0]!, event), events };
}

/** Returns the events about one object, the latest last. */
export function eventsOf(events: readonly JsonObject[], { path, event }: AuditList, object: Audited): AuditEvent[] {
  const found = path.includes('{id}') ? events : events.filter((entry) => isAbout(entry, event, object));
  return found
    .map((entry) => ({
      when: timeOf(entry, event),
      who: textAt(entry, ...event.who) ?? 'an account that the event does not name',
      action: textAt(entry, event.action) ?? 'an action that the event does not name',
    }))
    .sort((left, right) => (left.when < right.when ? -1 : Number(left.when > right.when)));
}

function isAbout(
  entry: JsonObject,
  { ids = [], names = [], namedIn, type }: EventFields,
  { id, names: wanted }: Audited,
): boolean {
  const shown = type && textAt(entry, type.at);
  if (shown !== undefined && !type!.words.some((word) => foldCase(shown).includes(word))) return false;
  if (id !== undefined && ids.some((path) => textAt(entry, path) === id)) return true;
  const folded = wanted.map(foldCase);
  if (names.some((path) => folded.includes(foldCase(textAt(entry, path))))) return true;
  const text = namedIn && textAt(entry, namedIn);
  return text !== undefined && folded.some((name) => hasName(foldCase(text), name));
}

/** Marks between which a text has the name of an object. A name may have them too: `Ops (EU)`. */
const MARKS = /[:;,"'()[\]]/;

/** Returns whether a text has a name between marks, or between a mark and its start or end. */
function hasName(text: string, name: string): boolean {
  if (name === '') return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = [
      text.slice(0, at).trimEnd().at(-1),
      text
        .slice(at + name.length)
        .trimStart()
        .at(0),
    ];
    if (around.every((mark) => mark === undefined || MARKS.test(mark))) return true;
  }
  return false;
}

/** Returns the time of an event as ISO 8601 in UTC. @throws DelineaError `incomplete_response` for an event without a time */
function timeOf(entry: JsonObject, { when }: EventFields): string {
  const text = textAt(entry, when) ?? '';
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new DelineaError('incomplete_response', `audit: an event has no time in ${when.join('.')}`);
}

/** Returns the first text or number at these places. */
function textAt(entry: JsonObject, ...paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    let value: unknown = entry;
    for (const key of path)
      value = typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined;
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
  }
  return undefined;
}
