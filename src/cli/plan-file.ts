import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import {
  ACTION_OF,
  DelineaError,
  type Operation,
  type Plan,
  type Resource,
  readRegularFile,
  resources,
  snakeCase,
  terraformType,
  type Values,
} from '../provider/index.js';
import { findAuthoritativeFault } from './authoritative-steps.js';

const HINT = 'Create the plan again: delinea-iac plan --out <file>.';

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
  'configure',
  'record',
  'none',
] as const satisfies readonly Operation[];

const values = z.record(z.string(), z.unknown());

/** A kind that exists: the text of a remedy, for example, needs its definition. */
const kind = z.string().refine((name) => resources.some(({ type }) => type === name), 'unknown kind');

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
  settings: values.optional(),
  settingChanges: z.array(z.object({ name: z.string(), before: z.unknown(), after: z.unknown() })).optional(),
  reactivated: z.string().optional(),
  correlation: z.string().optional(),
});

/** An authoritative resource also has the steps of its edges. */
const stepWithEdges = step.extend({ edgeSteps: z.array(step.extend({ edgeSteps: z.never().optional() })).optional() });

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
  delinea: stepWithEdges,
});

const remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['allowMissing', 'allowRemovals']), count: z.number().int(), soFar: z.boolean().optional() }),
  z.object({ kind: z.enum(['allowPrincipals', 'allowOrphans']), names: z.array(z.string()) }),
  z.object({ kind: z.literal('consent'), account: z.string() }),
  z.object({ kind: z.literal('adopt'), resource: kind, id: z.string() }),
  z.object({
    kind: z.literal('set'),
    attribute: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]),
    on: z.enum(['resource', 'provider']),
  }),
  z.object({ kind: z.literal('raise'), setting: z.string() }),
  z.object({ kind: z.literal('refer'), resource: kind, name: z.string().optional() }),
  z.object({ kind: z.enum(['recordAgain', 'forget', 'readAllHolders', 'initLedger']) }),
  z.object({ kind: z.literal('moved'), resource: kind }),
  z.object({ kind: z.literal('parallelism'), above: z.number().int() }),
]);

const finding = z.object({
  level: z.enum(['error', 'drift', 'warning', 'note']),
  code: z.string(),
  message: z.string(),
  address: z.string().optional(),
  hint: z.string().optional(),
  remedy: z.array(remedy).optional(),
});

const name = z.object({
  name: z.string(),
  displayed: z.boolean().optional(),
  on: z.record(z.string(), z.string()).optional(),
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
    names: z.record(kind, z.record(z.string(), name)),
  }),
});

/**
 * Reads a plan that `plan --out` wrote. Nothing in the file is trusted: its shape, kinds, addresses and references
 * between steps are checked here, and apply compares every object again.
 * @returns undefined if the file is not a plan
 * @throws DelineaError `file_refused`; `stale_plan` when the plan is incomplete, inconsistent or was not made by delinea-iac
 */
export function readPlanFile(path: string): Plan | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isDirectory()) return undefined;
  const json = parse(path);
  if (typeof json !== 'object' || json === null || !('format_version' in json)) return undefined;
  if (!('delinea' in json)) {
    throw refusal(path, 'it was not made by delinea-iac', 'Apply a Terraform plan with terraform apply.');
  }
  const parsed = planFile.safeParse(json);
  if (!parsed.success) {
    const { path: property, message } = parsed.error.issues[0]!;
    throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
  }
  const fault = faultIn(parsed.data.resource_changes) ?? findAuthoritativeFault(json as unknown as Plan);
  if (fault) throw refusal(path, fault);
  return json as Plan;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readRegularFile(path, 'file'));
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    // Not JSON: the stack reader reports it.
    return undefined;
  }
}

function faultIn(changes: readonly z.infer<typeof change>[]): string | undefined {
  const keys = new Set<string>();
  for (const { address, type, name, change: terraform, delinea } of changes) {
    const resource = resources.find((candidate) => candidate.type === delinea.kind);
    if (!resource?.removal) return `${address}: "${delinea.kind}" is not a kind that can be applied`;
    if (type !== terraformType(delinea.kind) || address !== `${type}.${name}`)
      return `${address}: address, type and kind do not match`;
    if (terraform.actions.join() !== ACTION_OF[delinea.operation])
      return `${address}: operation "${delinea.operation}" does not match the actions "${terraform.actions.join()}"`;
    if (keys.has(delinea.key)) return `${address}: two steps have the key "${delinea.key}"`;
    const known = new Set(resource.attributes.map((attribute) => attribute.name));
    const unknown = [...Object.keys({ ...delinea.desired, ...delinea.before }), ...delinea.changed].find(
      (attribute) => !known.has(attribute),
    );
    if (unknown !== undefined) return `${address}: ${resource.title} has no attribute "${unknown}"`;
    const mismatch = mismatchIn(resource, terraform.after, delinea.desired);
    if (mismatch !== undefined) return `${address}: ${mismatch} differs between "after" and the step`;
    if (delinea.operation !== 'create' && delinea.operation !== 'none' && delinea.id === undefined)
      return `${address}: the step has no id`;
    keys.add(delinea.key);
  }
  const missing = changes
    .flatMap(({ delinea }) => [...delinea.after, ...(delinea.needs ?? [])])
    .find((key) => !keys.has(key));
  return missing === undefined ? undefined : `a step depends on "${missing}", which is not in the plan`;
}

/**
 * Finds an attribute whose value in `after`, which policy tools read, differs from the value that would be written.
 * References are skipped: `after` has ids there.
 */
function mismatchIn(
  { attributes, authoritativeFor }: Resource,
  after: Values | null,
  desired: Values,
): string | undefined {
  if (after === null) return undefined;
  return (
    attributes
      // The elements of an authoritative resource are checked edge by edge.
      .filter(({ name, refersTo }) => refersTo.length === 0 && name in desired && name !== authoritativeFor?.elements)
      .map(({ name }) => ({ name, written: snakeCase(name) }))
      .find(({ name, written }) => !isDeepStrictEqual(after[written], desired[name]))?.written
  );
}

function refusal(path: string, why: string, hint = HINT): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, { path, hint });
}
