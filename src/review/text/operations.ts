import type { Operation, Plan, Resource, ResourceChange } from '../../provider/index.js';

/** The words and attributes with which a plan shows an operation. */
export interface Words {
  readonly sign: '+' | '~' | '-' | '=' | '.';
  /** Follows the address: "delinea_user.jane will be created". */
  readonly phrase: string;
  /** Word in the counts of removals. */
  readonly past?: string;
  /** The attributes shown: new ones, different ones, removed ones, or none. */
  readonly shows: 'new' | 'difference' | 'gone' | 'nothing';
}

/** Operations that are not shown: they change nothing, or only the ledger. */
export const QUIET: ReadonlySet<Operation> = new Set(['none', 'record']);

/** Leaves out the adoptions of a plan without a ledger: they are nearly all objects, so only their count is shown. */
export function withoutFirstAdoptions(
  { delinea: { ledger } }: Plan,
  changes: readonly ResourceChange[],
): readonly ResourceChange[] {
  return ledger ? changes : changes.filter(({ delinea }) => delinea.operation !== 'adopt');
}

const WORDS: Readonly<Record<Operation, Words>> = {
  create: { sign: '+', phrase: 'will be created', shows: 'new' },
  update: { sign: '~', phrase: 'will be updated in place', shows: 'difference' },
  replace: {
    sign: '~',
    phrase: 'will have its right replaced (the old right is restored on failure)',
    shows: 'difference',
  },
  reactivate: { sign: '~', phrase: 'will be enabled again', shows: 'difference' },
  adopt: { sign: '=', phrase: 'will be adopted (equals the code, no write)', shows: 'nothing' },
  deactivate: { sign: '-', phrase: 'will be deactivated', past: 'deactivated', shows: 'nothing' },
  revoke: { sign: '-', phrase: 'will be revoked', past: 'revoked', shows: 'gone' },
  delete: { sign: '-', phrase: 'will be deleted permanently', past: 'deleted permanently', shows: 'gone' },
  forget: { sign: '.', phrase: 'will no longer be managed (stays in the tenant)', shows: 'nothing' },
  configure: { sign: '~', phrase: 'will have other settings (no write)', shows: 'nothing' },
  record: { sign: '.', phrase: 'will be updated in the ledger (no write)', shows: 'nothing' },
  none: { sign: '.', phrase: 'is unchanged', shows: 'nothing' },
};

/** Returns the words of an operation. Those of a deactivation depend on the definition: disabled or emptied. */
export function wordsFor(operation: Operation, resource: Resource): Words {
  const { removal } = resource;
  if (operation !== 'deactivate' || removal?.verb !== 'deactivate') return WORDS[operation];
  const empties = Object.values(removal.inactive).some(Array.isArray);
  const phrase = `will be ${removal.effect}`;
  return empties
    ? { ...WORDS.deactivate, phrase, past: 'emptied', shows: 'difference' }
    : { ...WORDS.deactivate, phrase };
}
