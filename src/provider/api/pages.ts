import { DelineaError } from '../model/errors.js';

export interface Page<T> {
  readonly items: readonly T[];
  /** What the service says the whole list holds. */
  readonly total: number;
}

/** Fetches `count` items from the 0-based `offset`; may return fewer. */
export type FetchPage<T> = (offset: number, count: number) => Promise<Page<T>>;

export interface ListSpec<T> {
  readonly fetch: FetchPage<T>;
  /** Items asked for at a time. */
  readonly size: number;
  readonly idOf: (item: T) => string;
  /** For people: "user list of Platform REST". */
  readonly what: string;
}

/**
 * Reads a whole list, its pages in parallel. Advances by what was returned, since a page may be shorter than asked for
 * (RFC 7644 §3.4.2.4) and `itemsPerPage` may only repeat the request (fact sheet 4.2); items are told apart by id,
 * since offsets shift when the list changes meanwhile.
 * A list that shrank meanwhile is read again too: what moved up to fill the gap may have been passed over.
 * @throws DelineaError `list_incomplete` when, twice, fewer items came than the service said there are.
 */
export async function readAll<T>(spec: ListSpec<T>, first?: Page<T>): Promise<T[]> {
  const attempt = await readOnce(spec, first ?? (await spec.fetch(0, spec.size)));
  if (attempt.items.length >= attempt.total) return attempt.items;
  // The list may have changed under the reading: once more, from the start.
  const again = await readOnce(spec, await spec.fetch(0, spec.size));
  if (again.items.length >= again.total) return again.items;
  throw new DelineaError(
    'list_incomplete',
    `${spec.what}: ${again.items.length} of ${again.total} objects came, the rest is missing or repeats`,
    { hint: 'Nothing is concluded from a part of a list: run again, and ask the vendor if it stays so.' },
  );
}

async function readOnce<T>(spec: ListSpec<T>, first: Page<T>): Promise<{ items: T[]; total: number }> {
  const seen = new Map<string, T>();
  let { total } = first;
  let covered = 0;
  const take = (page: Page<T>) => {
    for (const item of page.items) seen.set(spec.idOf(item), item);
  };
  const readRange = async (start: number, end: number) => {
    let at = start;
    while (at < end) {
      const page = await spec.fetch(at, Math.min(spec.size, end - at));
      total = Math.max(total, page.total);
      if (page.items.length === 0) return;
      take(page);
      at += page.items.length;
    }
  };
  take(first);
  // The first answer shows how many the service really returns at a time.
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
