import { addressFields, type ResourceChange, type Step } from '../model/plan.js';

/** One for all: thousands of pieces stay as they are. */
const NO_CHANGE: ResourceChange['change'] = {
  actions: ['no-op'],
  before: null,
  after: null,
  after_unknown: {},
  before_sensitive: {},
  after_sensitive: {},
};

const NOTHING: Pick<Step, 'operation' | 'desired' | 'changed' | 'after'> = {
  operation: 'none',
  desired: {},
  changed: [],
  after: [],
};

/** A piece that stays as it is: counted, so that shares are shares of what is managed. */
export function unchanged(
  kind: string,
  key: string,
  before: Step['before'],
  surface: string,
  id?: string,
): ResourceChange {
  return {
    ...addressFields(key, kind),
    change: NO_CHANGE,
    delinea: { ...NOTHING, key, kind, surface, label: key, before, id },
  };
}
