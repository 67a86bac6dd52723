import * as z from 'zod';

/** Settings that several kinds share. They steer the engine and never reach the tenant. */
export const previousNames = z.array(z.string().min(1)).optional().meta({
  setting: true,
  unordered: true,
  description:
    'Names that this object had before. Looked up only when the current name does not exist; the object found is renamed and keeps its id, members, rights and roles.',
});

export const adopt = z.enum(['whenEqual', 'always']).default('whenEqual').meta({
  setting: true,
  description:
    'What to do with a live object that the ledger or state does not know: take it over when it equals the declaration (`whenEqual`), or take it over and change it (`always`).',
});

/** `delete` is permanent and needs `allowDelete` on the provider as well. */
export const onRemoval = z.enum(['deactivate', 'retain', 'delete']).default('deactivate').meta({
  setting: true,
  description:
    'What happens when the declaration is removed: `deactivate` (the default), `retain` (left as it is) or `delete` (permanent; needs `allowDelete` on the provider too, and must have been applied before the removal).',
});

export const onRemovalOfEdge = z.enum(['revoke', 'retain']).default('revoke').meta({
  setting: true,
  description: 'What happens when the declaration is removed: `revoke` (the default) or `retain` (left as it is).',
});

export const allowEmptySet = z
  .boolean()
  .default(false)
  .meta({ setting: true, description: 'Whether an empty list may take away everything that is there.' });
