/**
 * The envelope of every response of the identity API. A failure has the status 200 too (public clients of the vendor check
 * `success`, not the status).
 */
export function envelope(
  success: boolean,
  result: unknown,
  message: string | null = null,
  id: string | null = null,
): object {
  return {
    success,
    Result: result,
    Message: message,
    MessageID: id,
    Exception: null,
    ErrorID: null,
    ErrorCode: null,
    IsSoftError: false,
    InnerExceptions: null,
  };
}
