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
    /** The right of an edge, by attribute: for a loss the right before it. */
    right: z.record(z.string(), z.unknown()).readonly().optional(),
    /** Set for a member. */
    group: placeSchema.optional(),
    /** Set for an edge that counts with the others on its container. */
    scope: placeSchema.optional(),
    /** Keys of the accounts that have it. Those behind a group are known only where the group or its members are lost. */
    people: z.array(z.string()).readonly(),
  })
  .readonly();

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the time after which a loss still counts, as ISO 8601. @param now in milliseconds since 1970 */
export function oneDayBefore(now = Date.now()): string {
  return new Date(now - DAY_MS).toISOString();
}

export type Place = z.infer<typeof placeSchema>;
export type Holding = z.infer<typeof holdingSchema>;
