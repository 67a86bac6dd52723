/**
 * Limits at which the work ends in an error: a broken or hostile service, stack or file must not use up memory or time.
 * No working tenant comes near them, so none is a setting. Together they keep a process below 512 MB.
 */

const MEGABYTE = 2 ** 20;
const MINUTE_MS = 60_000;

/** Bytes of one response after decompression. A group with 100,000 members takes about 15 MB. */
export const LARGEST_BODY = 16 * MEGABYTE;

/** Bytes of all responses that are received at the same time, after decompression. */
export const LARGEST_BODIES = 2 * LARGEST_BODY;

/** Levels of nested JSON. SCIM needs six; comparing and printing values recurses. */
export const DEEPEST_JSON = 64;

/** Estimated bytes in memory of one JSON text. Text can describe objects that take twenty times its own length. */
export const HEAVIEST_JSON = 64 * MEGABYTE;

/** Estimated bytes in memory of everything that one run has read from a tenant: about 100,000 users. */
export const HEAVIEST_RUN = 192 * MEGABYTE;

/** Objects in one list, as the service reports them. */
export const LONGEST_LIST = 1_000_000;

/** Pages of one list. Some services return fewer objects per page than requested, but not just a few of a million. */
export const MOST_PAGES = 10_000;

/** Pages of one list that are requested at the same time, at most: a service decides how many pages there are. */
export const PAGES_AT_ONCE = 16;

/** Pages of one list without a new object, after which the list is not read on. A list that changes may repeat one. */
export const MOST_REPEATED_PAGES = 3;

/** Longest `Retry-After` that is waited for. A longer one is reported as an error. */
export const LONGEST_RETRY_AFTER_MS = 5 * MINUTE_MS;

/** Time that one run waits because the service asks for it. Later, a request that would have to wait fails. */
export const LONGEST_WAITING_MS = 60 * MINUTE_MS;

/** Duration of one run, after which nothing more is sent. Hosted runners end a job after the same time. */
export const LONGEST_RUN_MS = 360 * MINUTE_MS;

/** Time that requests get to finish when the run is stopped. GitHub ends a cancelled job 7.5 seconds after its first signal. */
export const STOP_GRACE_MS = 5_000;

/** Estimated bytes in memory of a stack, ledger or state. A ledger of 100,000 objects takes about 60 MB. */
export const HEAVIEST_FILE = 128 * MEGABYTE;

/** Characters of one text in a stack, ledger or state, such as a name. */
export const LONGEST_TEXT = 64 * 1024;

/** Declarations of one stack. */
export const MOST_DECLARATIONS = 100_000;

/** Errors that are printed. The others are counted. */
export const MOST_ERRORS_SHOWN = 100;

/** Characters of a secret. A shorter one occurs in ordinary text, so it could not be hidden there. */
export const SHORTEST_SECRET = 8;
