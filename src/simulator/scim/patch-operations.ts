import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';

/** One operation on one attribute, with a path and names in canonical case. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  /** URN of the extension the attribute belongs to; absent for core attributes. */
  readonly extension?: string;
  readonly attribute: string;
  /** The text inside `[…]`. */
  readonly filter?: string;
  readonly sub?: string;
  readonly value?: unknown;
}

/** Attribute in canonical case -> extension URN, or `undefined` for core attributes. */
export type Attributes = Readonly<Record<string, string | undefined>>;

const READ_ONLY = ['id', 'meta', 'groups'];
const SUB_ATTRIBUTES = ['givenName', 'familyName', 'formatted', 'value', 'type', 'primary', 'display'];
const PATH = /^(?:(urn:[^[\]"]+):)?([A-Za-z][\w$-]*)(?:\[(.+)\])?(?:\.([A-Za-z][\w$-]*))?$/;

/**
 * Reads the operations of a PatchOp message (RFC 7644, 3.5.2): ops in any letter case, and an operation without a
 * path split into one per attribute of its value.
 * @throws {Refusal} 400 noTarget (remove without a path), invalidPath, mutability, invalidSyntax
 */
export function readOperations(body: Json, attributes: Attributes): PatchOperation[] {
  const sent = body.Operations;
  if (!Array.isArray(sent) || sent.length === 0)
    throw refuse("'Operations' must be a non-empty array", 'invalidSyntax');
  return sent.flatMap((operation) => readOperation(operation, attributes));
}

function readOperation(sent: unknown, attributes: Attributes): PatchOperation[] {
  if (!isObject(sent)) throw refuse('An operation must be an object', 'invalidSyntax');
  const op = String(sent.op).toLowerCase();
  if (op !== 'add' && op !== 'remove' && op !== 'replace')
    throw refuse("'op' must be add, remove or replace", 'invalidSyntax');
  const { path, value } = sent;
  if (op !== 'remove' && value === undefined) throw refuse(`'${op}' needs a value`, 'invalidValue');
  if (typeof path === 'string' && path !== '')
    return [{ op, ...readPath(path, attributes), ...('value' in sent && { value }) }];
  if (path !== undefined && path !== '') throw refuse("'path' must be a string", 'invalidPath');
  if (op === 'remove') throw refuse("'remove' needs a path", 'noTarget');
  if (!isObject(value)) throw refuse('Without a path the value must be an object', 'invalidValue');
  return Object.entries(value).flatMap(([key, part]) => spread(op, key, part, attributes));
}

function spread(op: 'add' | 'replace', key: string, value: unknown, attributes: Attributes): PatchOperation[] {
  const extension = Object.values(attributes).find((urn) => urn?.toLowerCase() === key.toLowerCase());
  if (!extension) return [{ op, ...readPath(key, attributes), value }];
  if (!isObject(value)) throw refuse(`'${key}' must be an object`, 'invalidValue');
  return Object.entries(value).map(([sub, part]) => ({
    op,
    ...readPath(`${extension}:${sub}`, attributes),
    value: part,
  }));
}

function readPath(path: string, attributes: Attributes): Omit<PatchOperation, 'op' | 'value'> {
  const match = PATH.exec(path);
  if (!match) throw refuse(`The path '${path}' is malformed`, 'invalidPath');
  const [, urn, name, filter, sub] = match;
  if (READ_ONLY.some((key) => key.toLowerCase() === name!.toLowerCase())) {
    throw refuse(`Attribute '${name}' is readOnly`, 'mutability');
  }
  const attribute = canonical(name!, Object.keys(attributes));
  const extension = attribute && attributes[attribute];
  const foreign = urn && !/^urn:ietf:params:scim:schemas:core:2\.0:(User|Group)$/i.test(urn);
  if (!attribute || (foreign ? urn.toLowerCase() !== extension?.toLowerCase() : extension !== undefined)) {
    throw refuse(`The path '${path}' is not an attribute of this resource`, 'invalidPath');
  }
  const subName = sub && canonical(sub, SUB_ATTRIBUTES);
  if (sub && !subName) throw refuse(`The path '${path}' has an unknown sub-attribute`, 'invalidPath');
  return { attribute, ...(extension && { extension }), ...(filter && { filter }), ...(subName && { sub: subName }) };
}

function canonical(name: string, known: readonly string[]): string | undefined {
  return known.find((key) => key.toLowerCase() === name.toLowerCase());
}

function refuse(what: string, scimType: string): Refusal {
  return new Refusal(400, `${what}.`, scimType);
}
