import { ignoreCodes } from '../model/errors.js';
import type { Reads } from './protocol.js';

/** Reads by GET: a list at `path`, an object at `path/id`, and a list of its own below that. A 404 means "gone". */
export const byGet: Reads = {
  list: ({ path }, query) => ({ method: 'GET', path, query }),
  part: (from, { path }, query) => ({ method: 'GET', path: path + from.path, query: { ...query, ...from.query } }),
  object({ wire: { query }, path }, send) {
    return send({ method: 'GET', path, ...(query?.get && { query: query.get }) }).catch(ignoreCodes('not_found'));
  },
  newId: (body) => body?.id,
};
