import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { JsonObject } from '../model/values.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Verdict } from './breaker.js';

/** An answer as it came: status, content type, text. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The `Retry-After` header as it came. */
  readonly retryAfter?: string | undefined;
}

/** Longest text of a service that an error repeats, in characters. */
const LONGEST_TEXT = 300;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON body of a 2xx, or undefined where there is none (204).
 * @throws DelineaError `wrong_surface` for an HTML page, `malformed_response` for text that is not a JSON object; of a
 *   write both are uncertain, since it may have been executed.
 */
export function readBody(
  answer: HttpResponse,
  surface: ConfiguredSurface,
  what: string,
  write: boolean,
): JsonObject | undefined {
  if (answer.text.trim() === '') return undefined;
  const { status } = answer;
  if (isHtml(answer)) {
    throw new DelineaError('wrong_surface', `${what}: an HTML page where JSON should be`, {
      hint: `Check that ${surface.baseUrl} is the ${surface.title} and not a login page or proxy.`,
      status,
      uncertain: write,
    });
  }
  const body = parseJson(answer.text);
  if (isObject(body)) return body;
  throw new DelineaError('malformed_response', `${what}: the answer is not a JSON object`, {
    status,
    uncertain: write,
  });
}

/** The JSON value of a text, or undefined. What cannot be read may hold anything, so no error repeats it. */
export function parseJson(text: string): unknown {
  try {
    // trim() takes a byte order mark away as well
    return JSON.parse(text.trim());
  } catch {
    return undefined;
  }
}

function isHtml({ contentType, text }: HttpResponse): boolean {
  return contentType.includes('html') || /^\s*<(!doctype|html|head|body)/i.test(text);
}

/**
 * What the service says went wrong, from any of the error bodies it is known to send: SCIM Error (RFC 7644 §3.12),
 * Secret Server `{message}` (fact sheet 6.2), Platform RPC `{success: false, Message}` (5.2), OAuth `{error}` (5.1),
 * plain text. In full and as it came: callers redact it and then cut it.
 */
function errorText(answer: HttpResponse): string {
  if (isHtml(answer)) return 'an HTML page';
  if (answer.contentType.startsWith('text/plain')) return answer.text;
  const body = parseJson(answer.text);
  if (!isObject(body)) return '';
  const texts = [body.detail, body.message, body.Message, body.error_description, body.error];
  const text = texts.find((candidate) => typeof candidate === 'string' && candidate !== '');
  const kind = body.scimType ?? body.errorCode ?? body.MessageID;
  return [text, typeof kind === 'string' && kind !== text ? `(${kind})` : ''].filter(Boolean).join(' ');
}

/** The words of a service as an error may repeat them: without secrets, without control characters, not too long. */
export function serviceText(answer: HttpResponse, redact: (text: string) => string): string {
  return redact(errorText(answer)).replace(/\p{C}/gu, ' ').trim().slice(0, LONGEST_TEXT);
}

/** Fact sheet 6.1: an expired token may come as a 403 with exactly this message; every other 403 is a permission. */
export function isExpiredToken(answer: HttpResponse): boolean {
  return answer.status === 401 || (answer.status === 403 && /expired token/i.test(errorText(answer)));
}

/** Fact sheet 5.2: business failures of the Platform RPC come as HTTP 200. */
export function isFailedEnvelope(body: JsonObject | undefined): boolean {
  return body?.success === false;
}

/**
 * What an answer says of the service that gave it. A refusal (4xx, a failed envelope) is an answer about one request: it
 * is no error of the service, and no proof that it works either. A page, a redirect or a body that cannot be read is not
 * the API's answer at all.
 * @param write only a write may be answered with nothing
 */
export function verdictOf(answer: HttpResponse, write: boolean): Verdict {
  const { status, text } = answer;
  if (status >= 400 && status < 500) return status === 404 && isHtml(answer) ? 'failing' : 'refused';
  if (status >= 300) return 'failing';
  if (text.trim() === '') return write ? 'works' : 'failing';
  const body = isHtml(answer) ? undefined : parseJson(text);
  if (!isObject(body)) return 'failing';
  return isFailedEnvelope(body) ? 'refused' : 'works';
}

/** The one error for an answer that is not a success. @param redact takes secrets out of what the service says */
export function toError(
  answer: HttpResponse,
  surface: ConfiguredSurface,
  redact: (text: string) => string,
  what: string,
  write: boolean,
): DelineaError {
  const { status } = answer;
  const [code, hint] = diagnose(answer, surface);
  const message = `${what}: ${serviceText(answer, redact) || 'refused'} (HTTP ${status}, ${surface.title})`;
  return new DelineaError(code, message, { hint, status, uncertain: write && status >= 500 });
}

function diagnose(answer: HttpResponse, surface: ConfiguredSurface): [ErrorCode, string] {
  const { status } = answer;
  const product = `Check that ${surface.baseUrl} is the ${surface.title}.`;
  if (status >= 300 && status < 400) {
    return ['wrong_surface', `Redirects are not followed with a token: check the URL ${surface.baseUrl}.`];
  }
  if (isExpiredToken(answer)) return ['unauthorized', surface.auth.renewal];
  if (status === 403) return ['forbidden', `The account needs ${surface.permissions}.`];
  // A page instead of the API's own 404 says nothing of the object.
  if (status === 404) return [isHtml(answer) ? 'wrong_surface' : 'not_found', product];
  if (status === 409) return ['conflict', 'Something with this name or key exists already; plan again.'];
  if (status === 429) return ['throttled', 'The tenant limits requests: run again later or lower "concurrency".'];
  if (status >= 500) return ['server_error', 'The service failed; run again, the plan starts from what is there.'];
  return ['rejected', 'The service does not accept the request; the reason is its own.'];
}
