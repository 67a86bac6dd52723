import { queryOf } from '../http/routes.js';
import { invalid, type SecretServerContext } from './request.js';

/** The default page, an assumption; no largest page is published, and scripts ask for 2147483647 (fact sheet 6.3). */
const DEFAULT_TAKE = 10;

/**
 * Returns one page of rows in Secret Server's envelope (OpenAPI 11.7.2).
 * @param prefix `paging.`, which newer calls put before the parameters (seen on `/roles`)
 * @throws {Refusal} 400 for invalid paging or sorting
 */
export function records<Row>(
  context: SecretServerContext,
  rows: readonly Row[],
  render: (row: Row) => object,
  prefix = '',
): Response {
  const query = queryOf(context);
  const parameter = (name: string) => query.get(name) ?? (prefix ? query.get(prefix + name) : null);
  const skip = integer('skip', parameter('skip'), 0, 0);
  const take = integer('take', parameter('take'), DEFAULT_TAKE, 1);
  const [name, direction] = [parameter('sortBy[0].name'), parameter('sortBy[0].direction') ?? 'Asc'];
  const page =
    name === null
      ? rows.slice(skip, skip + take).map(render)
      : sorted(rows.map(render), name, direction).slice(skip, skip + take);
  const [total, hasNext] = [rows.length, skip + take < rows.length];
  const pageCount = Math.ceil(total / take);
  return Response.json({
    records: page,
    total,
    skip,
    take,
    hasNext,
    hasPrev: skip > 0,
    nextSkip: hasNext ? skip + take : 0,
    prevSkip: Math.max(0, skip - take),
    pageCount,
    currentPage: Math.floor(skip / take) + 1,
    batchCount: pageCount,
    success: true,
    severity: 'None',
    sortBy: name === null ? [] : [{ name, direction, priority: 0 }],
  });
}

function sorted(rows: object[], name: string, direction: string): object[] {
  if (rows.some((row) => !Object.hasOwn(row, name))) throw invalid(`Unknown sort field '${name}'.`);
  const key = (row: object) => (row as Record<string, unknown>)[name];
  const order = direction === 'Desc' ? -1 : 1;
  return rows.sort((a, b) => order * compare(key(a), key(b)));
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

function integer(name: string, text: string | null, fallback: number, least: number): number {
  if (text === null) return fallback;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw invalid(`'${name}' must be an integer of at least ${least}.`);
}

/** Reads the `filter.*` parameters. Unknown ones are ignored, an assumption. */
export class Filter {
  readonly #query: URLSearchParams;
  readonly #prefix: string;

  /** @param prefix as in {@link records} */
  constructor(context: SecretServerContext, prefix = '') {
    this.#query = queryOf(context);
    this.#prefix = prefix;
  }

  text(name: string): string | undefined {
    const prefixed = this.#prefix ? this.#query.get(`${this.#prefix}filter.${name}`) : null;
    return this.#query.get(`filter.${name}`) ?? prefixed ?? undefined;
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** Returns a number, or the numbers of a parameter that is repeated. @throws {Refusal} 400 for anything else */
  numbers(name: string): number[] | undefined {
    const sent = this.#query.getAll(`filter.${name}`);
    const values = sent.length > 0 ? sent : [this.text(name) ?? ''].filter(Boolean);
    if (values.some((value) => !/^-?\d+$/.test(value))) throw invalid(`'filter.${name}' must be an integer.`);
    return values.length > 0 ? values.map(Number) : undefined;
  }

  number(name: string): number | undefined {
    return this.numbers(name)?.[0];
  }

  /** Returns whether `filter.searchText` is part of a text, without case (fact sheet 6.3). */
  matches(...texts: (string | undefined)[]): boolean {
    const wanted = this.text('searchText')?.toLowerCase() ?? '';
    return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted));
  }
}
