import * as z from 'zod';

/** Settings that several kinds share. They steer the engine and are never sent to the tenant. */
export const previousNames = z.array(z.string().min(1)).optional().meta({
  setting: true,
  unordered: true,
  description:
    'Earlier names of this object. They are looked up only if no object has the current name; the object found is renamed and keeps its id, members, rights and roles. The name of a user changes only with the earlier one in this list.',
});

export const adopt = z.enum(['whenEqual', 'always']).default('whenEqual').meta({
  setting: true,
  description:
    'When to adopt an existing object that the ledger or state does not contain: if it equals the declaration (`whenEqual`), or always, changing it to match (`always`).',
});

export const adoptEdge = adopt.meta({
  setting: true,
  description:
    'When to adopt an existing permission of the same user or group that the ledger or state does not contain: if it loses nothing (`whenEqual`), or always, changing it to match (`always`).',
});

export const adoptHolders = adopt.meta({
  setting: true,
  description:
    'When to adopt the existing access that the ledger or state does not contain yet: if nobody loses anything (`whenEqual`), or always, revoking and lowering what differs (`always`). Without effect once the set has been applied.',
});

/** `delete` is permanent and also needs `allowDelete` on the provider. */
export const onRemoval = z.enum(['deactivate', 'retain', 'delete']).default('deactivate').meta({
  setting: true,
  description:
    'What happens when the declaration is removed: `deactivate` (the default), `retain` (the object is left unchanged) or `delete` (permanent; also needs `allowDelete` on the provider, and must have been applied before the removal).',
});

export const onRemovalOfEdge = z.enum(['revoke', 'retain']).default('revoke').meta({
  setting: true,
  description:
    'What happens when the declaration is removed: `revoke` (the default) or `retain` (the access is left unchanged).',
});

export const allowEmptySet = z
  .boolean()
  .default(false)
  .meta({ setting: true, description: 'Whether an empty list may revoke all existing access.' });
