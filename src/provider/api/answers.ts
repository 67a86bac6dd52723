import { DelineaError, type ErrorCode } from '../errors.js';
import type { ConfiguredSurface, Settings } from '../settings.js';
import type { JsonObject } from '../wire.js';

/** An answer as it came: status, content type, text. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON body of an answer, or undefined where there is none (204).
 * @throws DelineaError `malformed_response` for HTML and for text that is not a JSON object.
 */
export function readBody(answer: RawAnswer, surface: ConfiguredSurface, what: string): JsonObject | undefined {
  if (answer.text.trim() === '') return undefined;
  if (isHtml(answer)) {
    throw new DelineaError('malformed_response', `${what}: an HTML page where JSON should be`, {
      hint: `Check that ${surface.baseUrl} is the ${surface.title} and not a login page or proxy.`,
      status: answer.status,
    });
  }
  try {
    const body: unknown = JSON.parse(answer.text);
    if (isObject(body)) return body;
  } catch {
    // said below: the text itself may hold anything and is not repeated
  }
  throw new DelineaError('malformed_response', `${what}: the answer is not a JSON object`, { status: answer.status });
}

export function isHtml({ contentType, text }: RawAnswer): boolean {
  return contentType.includes('html') || /^\s*<(!doctype|html|head|body)/i.test(text);
}

/**
 * What the service says went wrong, from any of the error bodies it is known to send: SCIM Error (RFC 7644 §3.12),
 * Secret Server `{message}` (fact sheet 6.2), Platform RPC `{success: false, Message}` (5.2), OAuth `{error}` (5.1).
 */
export function errorText(answer: RawAnswer): string {
  if (isHtml(answer)) return 'an HTML page';
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    return '';
  }
  if (!isObject(body)) return '';
  const texts = [body['detail'], body['message'], body['Message'], body['error_description'], body['error']];
  const text = texts.find((candidate) => typeof candidate === 'string' && candidate !== '');
  const kind = body['scimType'] ?? body['errorCode'] ?? body['MessageID'];
  return [text, typeof kind === 'string' && kind !== text ? `(${kind})` : ''].filter(Boolean).join(' ').slice(0, 300);
}

/** Fact sheet 6.1: an expired token may come as a 403 with exactly this message; every other 403 is a permission. */
export function isExpiredToken(answer: RawAnswer): boolean {
  return answer.status === 401 || (answer.status === 403 && /expired token/i.test(errorText(answer)));
}

/** Fact sheet 5.2: business failures of the Platform RPC come as HTTP 200. */
export function isFailedEnvelope(body: JsonObject | undefined): boolean {
  return body?.['success'] === false && ('Message' in body || 'message' in body);
}

/** The one error for an answer that is not a success. */
export function answerError(answer: RawAnswer, surface: ConfiguredSurface, settings: Settings, what: string, write: boolean): DelineaError {
  const { status } = answer;
  const said = settings.redact(errorText(answer));
  const [code, hint] = diagnose(status, surface);
  const message = `${what}: ${said || 'refused'} (HTTP ${status}, ${surface.title})`;
  return new DelineaError(code, message, { hint, status, uncertain: write && status >= 500 });
}

function diagnose(status: number, surface: ConfiguredSurface): [ErrorCode, string] {
  if (status >= 300 && status < 400) {
    return ['wrong_surface', `Redirects are not followed with a token: check the URL ${surface.baseUrl}.`];
  }
  if (status === 401) {
    const renew =
      surface.auth.kind === 'static'
        ? 'Generate a new SCIM token in the console: static tokens are not renewed by API.'
        : 'Check client id, secret, token URL and scope.';
    return ['unauthorized', renew];
  }
  if (status === 403) return ['forbidden', `The account needs ${surface.permissions}.`];
  if (status === 404) return ['not_found', `Check that ${surface.baseUrl} is the ${surface.title}.`];
  if (status === 409) return ['conflict', 'Something with this name or key exists already; plan again.'];
  if (status === 429) return ['throttled', 'The tenant limits requests: run again later or lower "concurrency".'];
  if (status >= 500) return ['server_error', 'The service failed; run again, the plan starts from what is there.'];
  return ['rejected', 'The service does not accept the request; the reason is its own.'];
}
