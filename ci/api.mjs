import { setTimeout as wait } from 'node:timers/promises';
import { visible } from '#visible';
import { CiError } from './errors.mjs';

/** Milliseconds after which a request without a response has failed. */
const TIMEOUT = 30_000;
/** Milliseconds before each repetition of a read. */
const PAUSES = [1000, 3000, 9000];
/** Most pages of one list: 100,000 comments. */
const PAGES = 1000;

/**
 * Requests to a REST API with JSON. Reads are repeated if the service is busy. Writes are not: a comment could appear twice.
 * @param {{ url: string, headers: Record<string, string>, hints: Record<number, string> }} options
 *   hints: advice for each status that the service refuses with
 */
export function openApi({ url, headers, hints }) {
  /** @param {string} method @param {string} address @param {unknown} [body] @returns {Promise<Response>} */
  async function once(method, address, body) {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(TIMEOUT);
    return fetch(address, { method, signal, headers: { ...headers, ...type, 'user-agent': 'delinea-iac' }, ...sent });
  }

  /** @param {string} address */
  async function read(address) {
    for (const pause of [...PAUSES, undefined]) {
      const response = await once('GET', address).catch((error) => unreachable(error));
      if (response instanceof Response && response.ok) return response;
      const status = response instanceof Response ? response.status : 503;
      if (pause === undefined || (status !== 429 && status < 500)) {
        if (response instanceof CiError) throw response;
        throw await refusal('GET', address, response);
      }
      await wait(pause);
    }
    throw new CiError('unreachable');
  }

  /** @param {unknown} error */
  function unreachable(error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return new CiError(`${url} could not be reached: ${visible(cause)}`, 'Run the job again.');
  }

  /** @param {string} method @param {string} address @param {Response} response */
  async function refusal(method, address, response) {
    const text = await response.text().catch(() => '');
    const { pathname } = new URL(address);
    return new CiError(
      `${method} ${visible(pathname)} was refused with ${response.status}: ${visible(text.slice(0, 200))}`,
      hints[response.status] ?? 'Run the job again.',
      response.status,
    );
  }

  return {
    /** @param {string} path @returns {Promise<any>} */
    get: async (path) => (await read(url + path)).json(),

    /**
     * Reads all pages of a list.
     * @param {string} path @param {(page: any) => any[]} [items] returns the items of a page
     */
    async list(path, items = (page) => page) {
      const all = [];
      let address = `${url}${path}${path.includes('?') ? '&' : '?'}per_page=100`;
      for (let page = 0; page < PAGES; page++) {
        const response = await read(address);
        all.push(...items(await response.json()));
        const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
        if (next === undefined) return all;
        // The token goes to no other host.
        if (new URL(next).origin !== new URL(url).origin) break;
        address = next;
      }
      throw new CiError(`the list ${path} has no end`, 'Report it to the operator of the service.');
    },

    /** @param {'POST' | 'PATCH' | 'PUT'} method @param {string} path @param {unknown} body @returns {Promise<any>} */
    async send(method, path, body) {
      const response = await once(method, url + path, body).catch((error) => {
        throw unreachable(error);
      });
      if (!response.ok) throw await refusal(method, url + path, response);
      return response.json();
    },

    /** Reads a file. @param {string} path @param {number} longest in bytes */
    async download(path, longest) {
      const response = await read(url + path);
      const parts = [];
      let length = 0;
      for await (const part of /** @type {AsyncIterable<Uint8Array>} */ (response.body)) {
        length += part.length;
        if (length > longest) throw new CiError(`${path} has more than ${longest} bytes`, 'It is not used.');
        parts.push(part);
      }
      return Buffer.concat(parts);
    },
  };
}
