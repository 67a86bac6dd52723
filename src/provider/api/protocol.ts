import type { Resource } from '../model/resource.js';
import type { JsonObject, Values } from '../model/values.js';
import type { RemoteObject, Wire } from '../model/wire.js';

/** What JSON REST and SCIM do differently. Everything else is shared. */
export interface Protocol {
  /** Query of one page; `offset` is 0-based. */
  pageQuery(offset: number, count: number): Readonly<Record<string, number>>;
  /** The objects of a list answer and the total it claims. @throws DelineaError `malformed_response` */
  readPage(body: JsonObject | undefined, what: string): { items: readonly JsonObject[]; total: number };
  quote(text: string): string;
  createBody(wire: Wire, values: Values): JsonObject;
  /** The body of one PATCH that changes just these attributes; undefined when there is nothing to send. */
  patchBody(resource: Resource, wire: Wire, live: RemoteObject, changes: Values): JsonObject | undefined;
}
