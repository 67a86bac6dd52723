import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import {
  ACTION_OF,
  DelineaError,
  type Operation,
  type Plan,
  type Resource,
  resources,
  snakeCase,
  terraformType,
  type Values,
} from '../provider/index.js';
import { findAuthoritativeFault } from './authoritative-steps.js';

const HINT = 'Make it anew: delinea-iac plan --out <file>.';

const operations = [
  'create',
  'update',
  'replace',
  'reactivate',
  'adopt',
  'deactivate',
  'delete',
  'revoke',
  'forget',
  'record',
  'none',
] as const satisfies readonly Operation[];

const values = z.record(z.string(), z.unknown());

const evidence = z.object({
  orphans: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      lacks: z.string(),
      steps: z.array(z.string()),
      doubt: z.string().optional(),
    }),
  ),
  protectedInside: z.record(z.string(), z.array(z.string())),
  unread: z.array(z.string()),
});

const step = z.object({
  key: z.string().min(1),
  kind: z.string(),
  surface: z.string(),
  operation: z.enum(operations),
  label: z.string(),
  id: z.string().optional(),
  desired: values,
  before: values,
  changed: z.array(z.string()),
  after: z.array(z.string()),
  needs: z.array(z.string()).optional(),
  onRemoval: z.string().optional(),
  reactivated: z.string().optional(),
  correlation: z.string().optional(),
});

/** Beside its own, a set has the steps of its edges. */
const stepOrSet = step.extend({ edgeSteps: z.array(step.extend({ edgeSteps: z.never().optional() })).optional() });

const change = z.object({
  address: z.string(),
  mode: z.literal('managed'),
  type: z.string(),
  name: z.string(),
  change: z.object({
    actions: z.array(z.enum(['no-op', 'create', 'update', 'delete', 'forget'])).min(1),
    before: values.nullable(),
    after: values.nullable(),
  }),
  delinea: stepOrSet,
});

const finding = z.object({
  level: z.enum(['error', 'drift', 'warning', 'note']),
  code: z.string(),
  message: z.string(),
  address: z.string().optional(),
  hint: z.string().optional(),
});

const planFile = z.object({
  format_version: z.literal('1.2'),
  applyable: z.boolean(),
  complete: z.boolean(),
  resource_changes: z.array(change),
  delinea: z.object({
    stack: z.string(),
    tenant: z.string(),
    ledger: z.boolean(),
    findings: z.array(finding),
    evidence,
    names: z.record(
      z.string(),
      z.object({ kind: z.string(), name: z.string(), on: z.record(z.string(), z.string()).optional() }),
    ),
  }),
});

/**
 * Reads a plan that `plan --out` wrote; undefined when the path is no plan but a stack. Nothing in it is trusted: its
 * shape, kinds, addresses and references between steps are checked, and apply compares every object again.
 * @throws DelineaError `stale_plan` for a plan that is not whole or not one of ours
 */
export function readPlanFile(path: string): Plan | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const json = parse(path);
  if (typeof json !== 'object' || json === null || !('format_version' in json)) return undefined;
  if (!('delinea' in json)) {
    throw refusal(path, 'it was not made by delinea-iac', 'Apply a plan of Terraform with terraform apply.');
  }
  const parsed = planFile.safeParse(json);
  if (!parsed.success) {
    const { path: place, message } = parsed.error.issues[0]!;
    throw refusal(path, `${place.join('.') || 'file'}: ${message}`);
  }
  const fault = faultIn(parsed.data.resource_changes) ?? findAuthoritativeFault(json as unknown as Plan);
  if (fault) throw refusal(path, fault);
  return json as Plan;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Not JSON: whoever reads stacks says so.
    return undefined;
  }
}

function faultIn(changes: readonly z.infer<typeof change>[]): string | undefined {
  const keys = new Set<string>();
  for (const { address, type, name, change: terraform, delinea } of changes) {
    const resource = resources.find((candidate) => candidate.type === delinea.kind);
    if (!resource?.removal) return `${address}: no kind "${delinea.kind}" can be applied`;
    if (type !== terraformType(delinea.kind) || address !== `${type}.${name}`)
      return `${address}: address, type and kind differ`;
    if (terraform.actions.join() !== ACTION_OF[delinea.operation])
      return `${address}: "${delinea.operation}" is not "${terraform.actions.join()}"`;
    if (keys.has(delinea.key)) return `${address}: two steps have the key "${delinea.key}"`;
    const known = new Set(resource.attributes.map((attribute) => attribute.name));
    const foreign = [...Object.keys({ ...delinea.desired, ...delinea.before }), ...delinea.changed].find(
      (attribute) => !known.has(attribute),
    );
    if (foreign !== undefined) return `${address}: ${resource.title} has no attribute "${foreign}"`;
    const hidden = hiddenIn(resource, terraform.after, delinea.desired);
    if (hidden !== undefined) return `${address}: ${hidden} is not what "after" tells a reader`;
    if (delinea.operation !== 'create' && delinea.operation !== 'none' && delinea.id === undefined)
      return `${address}: no id`;
    keys.add(delinea.key);
  }
  const missing = changes
    .flatMap(({ delinea }) => [...delinea.after, ...(delinea.needs ?? [])])
    .find((key) => !keys.has(key));
  return missing === undefined ? undefined : `a step waits for "${missing}", which is not in the plan`;
}

/** An attribute that would be written otherwise than policy tools read it. References are told by id, so they are left out. */
function hiddenIn(
  { attributes, authoritativeFor }: Resource,
  told: Values | null,
  desired: Values,
): string | undefined {
  if (told === null) return undefined;
  return (
    attributes
      // What a set consists of is told edge by edge.
      .filter(({ name, refersTo }) => refersTo.length === 0 && name in desired && name !== authoritativeFor?.elements)
      .map(({ name }) => ({ name, written: snakeCase(name) }))
      .find(({ name, written }) => !isDeepStrictEqual(told[written], desired[name]))?.written
  );
}

function refusal(path: string, why: string, hint = HINT): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, { path, hint });
}
