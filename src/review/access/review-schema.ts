import * as z from 'zod';
import { tenantAccess } from '../../provider/index.js';
import { CALL_OUTS } from './call-outs.js';

const principal = tenantAccess.shape.principals.element;
const scope = tenantAccess.shape.scopes.element;
const listOf = <T extends z.ZodType>(element: T) => z.array(element).readonly();
const count = z.int().min(0);

/** One change of access for some people on some containers or roles, all by one path. */
const entry = z
  .strictObject({
    change: z.enum(['gained', 'lost']),
    right: z.string(),
    privileged: z.boolean().describe('An ownership or a role.'),
    people: listOf(principal),
    scopes: listOf(scope),
    through: listOf(principal.pick({ kind: true, id: true, name: true })).describe(
      'The groups between the people and the right, the nearest first.',
    ),
    inheritedFrom: scope.optional(),
    address: z
      .string()
      .optional()
      .describe('Address of the declaration that changes the path, of the first of the changes.'),
  })
  .readonly();

/** An assertion that does not hold, and the path by which it is violated. */
const violation = z
  .strictObject({
    assertion: z.string(),
    message: z.string(),
    key: z.string().describe('Equal for the same violation in another state, also if names and paths differ.'),
    isOld: z.boolean().describe('It was violated before the plan as well.'),
    address: z.string().optional().describe('Address of the declaration that causes it.'),
  })
  .readonly();

/** The report of a policy. */
const policyFinding = z
  .strictObject({
    policy: z.string().describe('Name of the policy: that of its export, or of its file.'),
    level: z.enum(['error', 'warning']),
    message: z.string(),
    key: z.string().describe('Identifies the finding among those of its policy, also in a later run.'),
    address: z.string().optional().describe('Address of the declaration that causes it.'),
  })
  .readonly();

const callOut = z
  .strictObject({
    code: z.enum(CALL_OUTS),
    message: z.string(),
    key: z.string().describe('Equal for the same matter in another run, also if names change.'),
    address: z.string().optional().describe('Address of the declaration that causes it.'),
  })
  .readonly();

const review = z.strictObject({
  tenant: z.string(),
  basis: z
    .enum(['live', 'declared'])
    .describe('live: all access in the tenant. declared: only the objects in the plan, so other access is not known.'),
  taken: z.string().describe('Time at which the access was read, RFC 3339 in UTC.'),
  complete: z.boolean().describe('False: objects with errors are not in the plan.'),
  verified: z.boolean().describe('Whether the plan has the signature of the key of this run.'),
  totals: z
    .strictObject({
      peopleGaining: count,
      peopleLosing: count,
      scopes: count,
      privilegedGained: count,
      privilegedLost: count,
      unknown: count,
    })
    .readonly(),
  checked: listOf(z.string()).describe('Assertions that were checked.'),
  violations: listOf(violation).describe('Assertions that do not hold after the plan.'),
  policies: listOf(policyFinding).describe('Findings of policies; errors first.'),
  callOuts: listOf(callOut).describe('Consequences that a reviewer must not overlook.'),
  entries: listOf(entry).describe('Changes of access, the most privileged first.'),
  notes: listOf(z.string()).describe('Texts of the plan for its reviewer.'),
  unknown: listOf(z.string()).describe('References that the plan does not resolve.'),
  unread: listOf(z.string()).describe('Parts of the tenant that were not read.'),
});

/** Name and version of the JSON of a review. A change that a reader could notice gets another number. */
export const REVIEW_FORMAT = 'access review 1';

/** The output of `review --json`; published as review.schema.json. */
export const reviewJson = z.strictObject({
  format: z.literal(REVIEW_FORMAT),
  command: z.literal('review'),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the effects of the plan: equal for two accounts that see the same.'),
  ...review.shape,
});

/** The consequence of a plan for access. */
export type Review = Readonly<z.infer<typeof review>>;
export type ReviewEntry = z.infer<typeof entry>;
export type Violation = z.infer<typeof violation>;
export type PolicyFinding = z.infer<typeof policyFinding>;
