import { types } from 'node:util';
import * as z from 'zod';
import { type AccessChange, DelineaError, type EffectiveAccess, type Step } from '../../provider/index.js';
import type { PolicyFinding } from '../access/review-schema.js';

/** The effective access in one state of the tenant. */
export type PolicyAccess = Pick<
  EffectiveAccess,
  'state' | 'principals' | 'scopes' | 'who' | 'what' | 'why' | 'groupsAround' | 'peopleIn'
>;

/** The data that a policy gets. All of it is frozen for a policy from a file. */
export interface PolicyInput {
  /** The access before the plan. Absent if there is no plan, as in `drift`: a policy then reports the state. */
  readonly before?: PolicyAccess;
  /** The access after the plan, or the live access. */
  readonly after: PolicyAccess;
  /** The rights that people gain and lose. */
  readonly changes: readonly AccessChange[];
  /** The steps of the plan. */
  readonly steps: readonly Step[];
  /** Labels of the pull request. */
  readonly labels: readonly string[];
  /** Names of the roles that count as admin, as DELINEA_ADMIN_ROLES or the provider block lists them. */
  readonly adminRoles: readonly string[];
}

const result = z.strictObject({
  level: z.enum(['error', 'warning']),
  message: z.string().min(1).max(10_000),
  /** Identifies the finding in a later run. Unset: the message identifies it. */
  key: z.string().min(1).optional(),
  /** Address of the declaration that causes it. */
  address: z.string().min(1).optional(),
});
const results = z.array(result);

/** A finding as a policy returns it. An error refuses the plan, a warning does not. */
export type PolicyResult = Readonly<z.infer<typeof result>>;

/** A rule on access: a function from the access before and after a plan to findings. Must not be asynchronous. */
export type Policy = (input: PolicyInput) => readonly PolicyResult[];

/** A policy with its name, and the file that it comes from; one that ships has none. */
export interface NamedPolicy {
  readonly id: string;
  readonly file?: string;
  readonly policy: Policy;
}

/**
 * Runs policies and returns their findings, errors first.
 * @throws DelineaError `file_refused` if one throws or returns something else than findings: it would not have checked anything
 */
export function runPolicies(policies: readonly NamedPolicy[], input: PolicyInput): PolicyFinding[] {
  if (policies.length === 0) return [];
  const { before, after, ...rest } = input;
  const data = { ...rest, after: viewOf(after), ...(before ? { before: viewOf(before) } : {}) };
  // Those that ship change nothing, and freezing a large tenant takes a while.
  if (policies.some(({ file }) => file !== undefined)) frozen(data);
  const findings = policies.flatMap((each) => runPolicy(each, data));
  return [...findings.filter(({ level }) => level === 'error'), ...findings.filter(({ level }) => level !== 'error')];
}

function runPolicy(each: NamedPolicy, input: PolicyInput): PolicyFinding[] {
  try {
    const returned: unknown = each.policy(input);
    refusePromise(returned);
    return results
      .parse(returned)
      .map(({ key, ...found }) => ({ policy: each.id, ...found, key: key ?? found.message }));
  } catch (error) {
    throw new DelineaError('file_refused', `the policy ${each.id} failed: ${reason(error)}`, {
      path: each.file,
      hint: 'Correct the policy: it must return a list of { level: "error" | "warning", message, key?, address? }.',
      cause: error,
    });
  }
}

/** Refuses the result of an asynchronous policy, which may never come. */
function refusePromise(returned: unknown): void {
  if (!types.isPromise(returned)) return;
  // Without a handler, its rejection would end the process.
  returned.catch(() => undefined);
  throw new Error('it returned a promise, not a list');
}

/** Returns the message of something thrown, which may be anything. */
export function reason(error: unknown): string {
  if (error instanceof z.ZodError) {
    const { path, message } = error.issues[0]!;
    return `it returned something else than findings: ${[...path, message].join(': ')}`;
  }
  try {
    return types.isNativeError(error) ? String(error.message) : `it threw ${String(error)}`;
  } catch {
    return 'it threw an object without a text';
  }
}

/** Returns the questions that a policy may ask, without the rest of the object. */
function viewOf(access: PolicyAccess): PolicyAccess {
  return {
    state: access.state,
    principals: access.principals,
    scopes: access.scopes,
    who: (scope) => access.who(scope),
    what: (principal) => access.what(principal),
    why: (principal, scope, only, limit) => access.why(principal, scope, only, limit),
    groupsAround: (principal) => access.groupsAround(principal),
    peopleIn: (group) => access.peopleIn(group),
  };
}

/** Freezes plain data and everything in it: one policy must not change what the next one, or the review, sees. */
function frozen(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
}
