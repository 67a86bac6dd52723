import type { Operation, Resource } from '../provider/index.js';

/** How a plan speaks of an operation. */
export interface Words {
  readonly sign: '+' | '~' | '-' | '=' | '.';
  /** After "delinea_user.jane ". */
  readonly says: string;
  /** In the counts of removals. */
  readonly past?: string;
  /** Which sides are shown: what is new, what differs, what goes, or nothing. */
  readonly shows: 'new' | 'difference' | 'gone' | 'nothing';
}

/** Operations that are no news to a reader: nothing happens in the tenant, or the ledger alone is brought up to date. */
export const QUIET: ReadonlySet<Operation> = new Set(['none', 'record']);

const WORDS: Readonly<Record<Operation, Words>> = {
  create: { sign: '+', says: 'will be created', shows: 'new' },
  update: { sign: '~', says: 'will be updated in place', shows: 'difference' },
  replace: { sign: '~', says: 'will be granted anew (the old right is put back if that fails)', shows: 'difference' },
  reactivate: { sign: '~', says: 'will be enabled again', shows: 'difference' },
  adopt: { sign: '=', says: 'will be adopted (equal, no write)', shows: 'nothing' },
  deactivate: { sign: '-', says: 'will be deactivated', past: 'deactivated', shows: 'nothing' },
  revoke: { sign: '-', says: 'will be revoked', past: 'revoked', shows: 'gone' },
  delete: { sign: '-', says: 'will be deleted for good', past: 'deleted for good', shows: 'gone' },
  forget: { sign: '.', says: 'will no longer be managed (left as it is)', shows: 'nothing' },
  record: { sign: '.', says: 'is brought up to date in the ledger (no write)', shows: 'nothing' },
  none: { sign: '.', says: 'is unchanged', shows: 'nothing' },
};

/** Deactivation means what the definition says an inactive object is: a flag that is off, or a set that is empty. */
export function wordsFor(operation: Operation, resource: Resource): Words {
  const { removal } = resource;
  if (operation !== 'deactivate' || removal?.verb !== 'deactivate') return WORDS[operation];
  const empties = Object.values(removal.inactive).some(Array.isArray);
  const says = `will be ${removal.effect}`;
  return empties ? { ...WORDS.deactivate, says, past: 'emptied', shows: 'difference' } : { ...WORDS.deactivate, says };
}
