import type { Context } from 'hono';
import { isObject, type Json, readBody } from '../http/body.js';
import { Refusal } from '../http/refusal.js';

/** The account that sends a request. */
export interface Caller {
  readonly userId: number;
  readonly name: string;
}

export type SecretServerEnv = { Variables: { caller: Caller } };
export type SecretServerContext = Context<SecretServerEnv>;

/** Returns a description of the expected value, or undefined if the value is valid. */
type Check = (value: unknown) => string | undefined;
export type Fields = Readonly<Record<string, Check>>;

export const text: Check = (value) => (typeof value === 'string' ? undefined : 'a string');
export const filled: Check = (value) => (typeof value === 'string' && value.trim() ? undefined : 'a non-empty string');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
/** Ids are int32; -1 is none, root or local (fact sheet 6.3). */
export const id: Check = (value) => (isId(value) ? undefined : 'an integer id');
export const ids: Check = (value) => (Array.isArray(value) && value.every(isId) ? undefined : 'an array of ids');
export const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'an array of strings';
export const oneOf = (...values: readonly string[]): Check => {
  return (value) => (values.includes(value as string) ? undefined : `one of ${values.join(', ')}`);
};

/** A change is wrapped as `{dirty: true, value}`; a value that is not wrapped is refused (fact sheet 6.4). */
export const dirty = (check: Check): Check => {
  return (sent) => {
    if (!isObject(sent) || typeof sent.dirty !== 'boolean' || !('value' in sent)) return '{dirty, value}';
    const expected = sent.dirty ? check(sent.value) : undefined;
    return expected && `{dirty, value} with ${expected}`;
  };
};

function isId(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
}

/**
 * Reads the body of a write. Refusing unknown fields is an assumption, the stricter one. `null` counts as absent.
 * @throws {Refusal} 400 naming the field, never its value
 */
export async function readWrite(request: Request, fields: Fields, required: readonly string[] = []): Promise<Json> {
  return checked(await readBody(request, ['application/json']), fields, required);
}

/** Reads a write in the envelope `{data: {…}}`, which PATCH has everywhere except on users (fact sheet 6.5). */
export async function readData(request: Request, fields: Fields, required: readonly string[] = []): Promise<Json> {
  const { data } = await readWrite(request, { data: (value) => (isObject(value) ? undefined : 'an object') }, ['data']);
  return checked(data as Json, fields, required);
}

function checked(body: Json, fields: Fields, required: readonly string[]): Json {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
  for (const key of Object.keys(body)) if (!Object.hasOwn(fields, key)) throw invalid(`'${key}' is unknown here.`);
  for (const key of required) if (given[key] === undefined) throw invalid(`'${key}' is required.`);
  for (const [key, value] of Object.entries(given)) {
    const expected = fields[key]!(value);
    if (expected) throw invalid(`'${key}' must be ${expected}.`);
  }
  return given;
}

/** Returns the changed values of a body whose values are wrapped. Other fields are left out. */
export function changesIn(body: Json): Json {
  const wrapped = Object.entries(body).flatMap(([key, sent]) =>
    isObject(sent) && sent.dirty === true ? [[key, sent.value] as const] : [],
  );
  return Object.fromEntries(wrapped);
}

/** The `id` of a body must be that of the path (OpenAPI 11.7.2). @throws {Refusal} 400 */
export function requirePathId(context: Context, body: Json): void {
  if (String(body.id) !== context.req.param('id')) throw invalid("'id' must be the id of the path.");
}

export function invalid(message: string, code?: string): Refusal {
  return new Refusal(400, message, code);
}

/** Returns the row. @throws {Refusal} 404 when it does not exist; the status is undeclared, and was observed (PasMigration) */
export function found<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new Refusal(404, `${what} not found.`);
  return row;
}
