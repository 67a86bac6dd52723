import { DelineaError } from '../model/errors.js';
import { LONGEST_LIST, MOST_PAGES, MOST_REPEATED_PAGES, PAGES_AT_ONCE } from '../model/limits.js';
import { UNDOCUMENTED_RESPONSE } from './response.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Length of the whole list, as the service reports it. */
  readonly total: number;
  /** Whether the service reports no length: more objects may follow. */
  readonly open?: boolean;
}

/** Fetches `count` items from the 0-based `offset`; may return fewer. */
export type FetchPage<T> = (offset: number, count: number) => Promise<Page<T>>;

/** The requests that read one list. */
export interface ListSpec<T> {
  readonly fetch: FetchPage<T>;
  /** Items per request. */
  readonly size: number;
  readonly idOf: (item: T) => string;
  /** The list in errors: "user list of Platform REST". */
  readonly what: string;
}

/** Returns the page. @throws DelineaError `malformed_response` if its total is not the length of a list */
export function checkedPage<T>(page: Page<T>, what: string): Page<T> {
  const { total } = page;
  if (Number.isSafeInteger(total) && total >= 0 && total <= LONGEST_LIST) return page;
  throw new DelineaError('malformed_response', `${what}: a total of ${total} is not possible`, {
    hint: UNDOCUMENTED_RESPONSE,
  });
}

/**
 * Reads a whole list, its pages in parallel. Advances by the number of returned items, since a page may be shorter than
 * requested (RFC 7644 §3.4.2.4) and `itemsPerPage` may only repeat the request (fact sheet 4.2). Identifies items by id,
 * since offsets shift when the list changes during the read. Reads a list that shrank again: items that moved up may have
 * been missed.
 * @throws DelineaError `list_incomplete` if two reads return fewer items than the service reports
 */
export async function readAll<T>(spec: ListSpec<T>, first?: Page<T>): Promise<T[]> {
  const start = first ?? (await spec.fetch(0, spec.size));
  if (start.open) return readToEnd(spec, start);
  const attempt = await readOnce(spec, start);
  if (attempt.items.length >= attempt.total) return attempt.items;
  // The list may have changed during the read: read it again from the start.
  const again = await readOnce(spec, await spec.fetch(0, spec.size));
  if (again.items.length >= again.total) return again.items;
  throw new DelineaError(
    'list_incomplete',
    `${spec.what}: only ${again.items.length} of ${again.total} objects were returned`,
    { hint: 'An incomplete list is not used. Run again; if it happens again, ask the vendor.' },
  );
}

/**
 * Reads a list whose length the service does not report: page after page, until one is empty or shorter than those before
 * it. A short first page may show only that the service has a lower limit: the next page has the length of the first.
 * @throws DelineaError `list_incomplete` if pages have no new objects, since nothing then shows where the list ends
 */
async function readToEnd<T>(spec: ListSpec<T>, first: Page<T>): Promise<T[]> {
  const seen = new Map<string, T>();
  const size = first.items.length;
  let { items } = first;
  let repeated = 0;
  for (let pages = 1; items.length > 0; pages++) {
    if (pages > MOST_PAGES) throw tooManyPages(spec);
    const before = seen.size;
    for (const item of items) seen.set(spec.idOf(item), item);
    // A new object moves those after it to the next page.
    if (seen.size === before && ++repeated >= MOST_REPEATED_PAGES) throw repeatedPage(spec);
    if (items.length < size) break;
    ({ items } = await spec.fetch(pages * size, size));
  }
  return [...seen.values()];
}

async function readOnce<T>(spec: ListSpec<T>, first: Page<T>): Promise<{ items: T[]; total: number }> {
  const seen = new Map<string, T>();
  let { total } = first;
  let covered = 0;
  let pages = 1;
  let repeated = 0;
  const add = (page: Page<T>) => {
    const before = seen.size;
    for (const item of page.items) seen.set(spec.idOf(item), item);
    if (seen.size === before) repeated++;
  };
  // A service may return the same page, or report more objects with every page, without end.
  const isEndless = () => repeated >= MOST_REPEATED_PAGES;
  const readRange = async (start: number, end: number) => {
    let at = start;
    while (at < end && !isEndless()) {
      if (++pages > MOST_PAGES) throw tooManyPages(spec);
      const page = await spec.fetch(at, Math.min(spec.size, end - at));
      total = Math.max(total, page.total);
      if (page.items.length === 0) return;
      add(page);
      at += page.items.length;
    }
  };
  add(first);
  // The first response shows the real page size of the service.
  const step = first.items.length;
  covered = step;
  while (step > 0 && covered < total && !isEndless()) {
    const end = total;
    if ((end - covered) / step > MOST_PAGES) throw tooManyPages(spec);
    const readRanges = async () => {
      while (covered < end && !isEndless()) {
        const start = covered;
        covered = Math.min(start + step, end);
        await readRange(start, covered);
      }
    };
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, readRanges));
  }
  return { items: [...seen.values()], total };
}

function tooManyPages({ what }: { readonly what: string }): DelineaError {
  return new DelineaError('list_incomplete', `${what}: more than ${MOST_PAGES} pages`, {
    hint: 'An incomplete list is not used. Ask the vendor why the list has this many pages.',
  });
}

function repeatedPage({ what }: { readonly what: string }): DelineaError {
  return new DelineaError('list_incomplete', `${what}: ${MOST_REPEATED_PAGES} pages have no new objects`, {
    hint: 'An incomplete list is not used. Run again; if it happens again, ask the vendor.',
  });
}
