import { Refusal } from './refusal.js';

export type Json = Record<string, unknown>;

/**
 * Reads the body of a write.
 * @param types media types that this family accepts (REST: JSON; SCIM: RFC 7644, 3.1)
 * @throws {Refusal} 415 for another media type, 400 for anything that is not a JSON object
 */
export async function readBody(request: Request, types: readonly string[]): Promise<Json> {
  const sent = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (!types.includes(sent)) {
    throw new Refusal(415, `Content-Type '${sent}' is not supported; send ${types.join(' or ')}.`, undefined);
  }
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new Refusal(400, 'The body is not valid JSON.', 'invalidSyntax');
  }
  if (!isObject(body)) throw new Refusal(400, 'The body must be a JSON object.', 'invalidSyntax');
  return body;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
