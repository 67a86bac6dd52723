import { Refusal } from './refusal.js';

/** Default 25, at most 100, on both families of the Platform (guide 000). */
const DEFAULT_SIZE = 25;
const LARGEST_SIZE = 100;

export interface Page {
  /** Rows before the page, from 0. */
  readonly skip: number;
  readonly take: number;
}

/**
 * Reads `skip` and `take` of the REST surface.
 * @throws {Refusal} 400 for take outside 1-100, skip below 0, or no integer
 */
export function restPage(query: URLSearchParams): Page {
  return {
    skip: integer(query, 'skip', { fallback: 0, least: 0, code: 'InvalidPaging' }),
    take: integer(query, 'take', { fallback: DEFAULT_SIZE, least: 1, most: LARGEST_SIZE, code: 'InvalidPaging' }),
  };
}

/**
 * Reads `startIndex` (from 1) and `count` of SCIM. Invalid paging is a 400 here, where RFC 7644 would round (fact sheet
 * 3.6); `count=0` asks for the total only.
 * @param most the largest page of the service
 * @throws {Refusal} 400 invalidValue
 */
export function scimPage(query: URLSearchParams, most: number): Page {
  return {
    skip: integer(query, 'startIndex', { fallback: 1, least: 1, code: 'invalidValue' }) - 1,
    take: integer(query, 'count', { fallback: DEFAULT_SIZE, least: 0, most, code: 'invalidValue' }),
  };
}

interface Bounds {
  fallback: number;
  least: number;
  most?: number;
  code: string;
}

function integer(query: URLSearchParams, name: string, { fallback, least, most = Infinity, code }: Bounds): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw new Refusal(400, `'${name}' must be an integer, ${range}.`, code);
}
