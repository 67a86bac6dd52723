import * as z from 'zod';

/** The group of a member, or the container of an edge. */
const placeSchema = z.object({ key: z.string(), label: z.string() }).readonly();

/**
 * An object, an edge or a member before a run. Plain data: the log of applies and the private state of Terraform record
 * the lost ones.
 */
export const holdingSchema = z
  .object({
    /** Unique in a tenant: an object by its id, an edge by its ends, a member by its group and its own id. */
    key: z.string(),
    label: z.string(),
    /** Kind of the object or the edge; unset for a member. */
    kind: z.string().optional(),
    /** Set for a member. */
    group: placeSchema.optional(),
    /** Set for an edge that counts with the others on its container. */
    scope: placeSchema.optional(),
    /** Keys of the accounts that have it. Those behind a group are known only where the group or its members are lost. */
    people: z.array(z.string()).readonly(),
  })
  .readonly();

export type Place = z.infer<typeof placeSchema>;
export type Holding = z.infer<typeof holdingSchema>;
