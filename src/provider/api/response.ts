import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { JsonObject } from '../model/values.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Verdict } from './breaker.js';

/** A response: status, content type, text. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The `Retry-After` header, unparsed. */
  readonly retryAfter?: string | undefined;
}

/** Longest service text in an error, in characters. */
const LONGEST_TEXT = 300;

/** The characters of an OAuth error code (RFC 6749 §5.2), without blanks. */
const OAUTH_CODE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/;

/** Secret Server's message in the 403 for an expired token. */
const EXPIRED = /^Authentication failed or expired token\.?$/i;

/** Longest service text of which the start is quoted: secrets are removed from the whole text first. */
const LONGEST_QUOTED_TEXT = 100_000;

/** Hint for a response that the API's documentation does not allow. */
export const UNDOCUMENTED_RESPONSE =
  'Check that the configured URL is this API and that no proxy changes its responses, then run again.';

/** Hint for a name or key that another object has. */
export const NAME_TAKEN = 'An object with this name or key already exists. Plan again.';

/** Returns whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns the JSON body of a 2xx, or undefined if there is none (204), or after a write only `true`, which some calls of
 * Secret Server return (OpenAPI 11.7.2).
 * @throws DelineaError `wrong_surface` for an HTML page, `malformed_response` for text that is not a JSON object; after a
 *   write both are uncertain, since it may have been executed
 */
export function readBody(
  response: HttpResponse,
  surface: ConfiguredSurface,
  what: string,
  write: boolean,
): JsonObject | undefined {
  if (response.text.trim() === '') return undefined;
  const { status } = response;
  if (isHtml(response)) {
    throw new DelineaError('wrong_surface', `${what}: the response is an HTML page instead of JSON`, {
      hint: `Check that ${surface.baseUrl} is the ${surface.title}, not a login page or proxy.`,
      status,
      uncertain: write,
    });
  }
  const body = jsonOf(response);
  if (isObject(body)) return body;
  if (write && body === true) return undefined;
  throw new DelineaError('malformed_response', `${what}: the response is not a JSON object`, {
    hint: UNDOCUMENTED_RESPONSE,
    status,
    uncertain: write,
  });
}

/** Parsed bodies: several decisions need the same one, which may be large. */
const bodies = new WeakMap<HttpResponse, { readonly json: unknown }>();

/** Returns the parsed body; undefined for other text, which may contain secrets, so no error repeats it. */
export function jsonOf(response: HttpResponse): unknown {
  const known = bodies.get(response);
  if (known) return known.json;
  const json = parse(response.text);
  bodies.set(response, { json });
  return json;
}

function parse(text: string): unknown {
  try {
    // trim() also removes a byte order mark.
    return JSON.parse(text.trim());
  } catch {
    return undefined;
  }
}

/** Returns whether a success is not the JSON object that it should be, for example because it was truncated. */
export function isUnreadable(response: HttpResponse): boolean {
  return response.status < 300 && !isHtml(response) && !isObject(jsonOf(response));
}

function isHtml({ contentType, text }: HttpResponse): boolean {
  return contentType.includes('html') || /^\s*<(!doctype|html|head|body)/i.test(text);
}

/**
 * Returns the error text of any documented error body: SCIM Error (RFC 7644 §3.12), Secret Server `{message}` (fact sheet
 * 6.2), Platform RPC `{success: false, Message}` (5.2), OAuth `{error}` (5.1), plain text. Callers redact and shorten it.
 */
function errorText(response: HttpResponse): string {
  if (isHtml(response)) return 'an HTML page';
  if (response.contentType.startsWith('text/plain')) return response.text;
  const body = jsonOf(response);
  if (!isObject(body)) return '';
  const texts = [body.detail, body.message, body.Message, body.error_description, body.error];
  const text = texts.find((candidate) => typeof candidate === 'string' && candidate !== '');
  const kind = body.scimType ?? body.errorCode ?? body.MessageID;
  return [text, typeof kind === 'string' && kind !== text ? `(${kind})` : ''].filter(Boolean).join(' ');
}

/** Returns the service's error text for our errors: without secrets, shortened. */
function serviceText(response: HttpResponse, redact: (text: string) => string): string {
  return quoted(errorText(response), redact);
}

/**
 * Returns the text of a token service's error: only the fields that RFC 6749 §5.2 registers, since the rest of the body
 * may repeat the request with its secret.
 */
export function oauthErrorText(response: HttpResponse, redact: (text: string) => string): string {
  if (isHtml(response)) return 'an HTML page';
  const body = jsonOf(response);
  if (!isObject(body)) return '';
  const { error, error_description: description, error_uri: uri } = body;
  const code = typeof error === 'string' && OAUTH_CODE.test(error) ? error : '';
  const texts = [description || code, uri];
  return quoted(texts.filter((text) => typeof text === 'string' && text !== '').join(' '), redact);
}

function quoted(text: string, redact: (text: string) => string): string {
  return text.length > LONGEST_QUOTED_TEXT ? '' : redact(text).trim().slice(0, LONGEST_TEXT);
}

/**
 * Returns whether the token has expired. Fact sheet 6.1: a 403 with exactly this message counts; other 403s are missing
 * permissions.
 */
export function isExpiredToken(response: HttpResponse): boolean {
  return response.status === 401 || (response.status === 403 && EXPIRED.test(errorText(response)));
}

/** Returns whether a 200 reports a failure, as the Platform RPC does (fact sheet 5.2). */
export function isFailedEnvelope(body: JsonObject | undefined): boolean {
  return body?.success === false;
}

/** Returns whether the service failed. A 501 rejects one request: the service does not have it (RFC 9110 §15.6.2). */
export function isServerFailure(status: number): boolean {
  return status >= 500 && status !== 501;
}

/**
 * Returns the state of the service that a response shows. A rejection (4xx, a failed envelope) concerns one request: it is
 * neither an error of the service nor proof that it works. A page, a redirect or an unreadable body is not from the API.
 * @param write only a write may have an empty response
 */
export function verdictOf(response: HttpResponse, write: boolean): Verdict {
  const { status, text } = response;
  if (status >= 400 && !isServerFailure(status)) return status === 404 && isHtml(response) ? 'failing' : 'refused';
  if (status >= 300) return 'failing';
  if (text.trim() === '') return write ? 'works' : 'failing';
  const body = isHtml(response) ? undefined : jsonOf(response);
  if (write && body === true) return 'works';
  if (!isObject(body)) return 'failing';
  return isFailedEnvelope(body) ? 'refused' : 'works';
}

/** Returns the error for a response that is not a success. @param redact removes secrets from the service's text */
export function toApiError(
  response: HttpResponse,
  surface: ConfiguredSurface,
  redact: (text: string) => string,
  what: string,
  write: boolean,
): DelineaError {
  const { status } = response;
  const [code, hint] = diagnose(response, surface);
  const message = `${what}: ${serviceText(response, redact) || 'refused'} (HTTP ${status}, ${surface.title})`;
  return new DelineaError(code, message, { hint, status, uncertain: write && isServerFailure(status) });
}

function diagnose(response: HttpResponse, surface: ConfiguredSurface): [ErrorCode, string] {
  const { status, text } = response;
  const product = `Check that ${surface.baseUrl} is the ${surface.title}.`;
  if (status >= 300 && status < 400) {
    return [
      'wrong_surface',
      `Redirects are not followed, since they would receive the token. Check the URL ${surface.baseUrl}.`,
    ];
  }
  if (isExpiredToken(response)) return ['unauthorized', surface.auth.renewal];
  if (status === 403) return ['forbidden', `The account needs ${surface.permissions}.`];
  if (status === 404 && surface.unexposedIs404 && text.trim() === '') return ['unserved', product];
  // An HTML page instead of the API's own 404 does not prove that the object is gone.
  if (status === 404) return [isHtml(response) ? 'wrong_surface' : 'not_found', product];
  if (status === 409) return ['conflict', NAME_TAKEN];
  if (status === 429) return ['throttled', 'The tenant limits requests. Run again later, or lower "concurrency".'];
  if (isServerFailure(status))
    return ['server_error', 'The service failed. Run again: the plan starts from the live state.'];
  return ['rejected', 'The service rejected the request for the reason above.'];
}
