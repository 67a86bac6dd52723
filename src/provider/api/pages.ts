import { DelineaError } from '../model/errors.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Length of the whole list, as the service reports it. */
  readonly total: number;
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

/**
 * Reads a whole list, its pages in parallel. Advances by the number of returned items, since a page may be shorter than
 * requested (RFC 7644 §3.4.2.4) and `itemsPerPage` may only repeat the request (fact sheet 4.2). Identifies items by id,
 * since offsets shift when the list changes during the read. Reads a list that shrank again: items that moved up may have
 * been missed.
 * @throws DelineaError `list_incomplete` if two reads return fewer items than the service reports
 */
export async function readAll<T>(spec: ListSpec<T>, first?: Page<T>): Promise<T[]> {
  const attempt = await readOnce(spec, first ?? (await spec.fetch(0, spec.size)));
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

async function readOnce<T>(spec: ListSpec<T>, first: Page<T>): Promise<{ items: T[]; total: number }> {
  const seen = new Map<string, T>();
  let { total } = first;
  let covered = 0;
  const add = (page: Page<T>) => {
    for (const item of page.items) seen.set(spec.idOf(item), item);
  };
  const readRange = async (start: number, end: number) => {
    let at = start;
    while (at < end) {
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
  while (step > 0 && covered < total) {
    const end = total;
    const ranges: Promise<void>[] = [];
    for (; covered < end; covered += step) ranges.push(readRange(covered, Math.min(covered + step, end)));
    covered = end;
    await Promise.all(ranges);
  }
  return { items: [...seen.values()], total };
}
