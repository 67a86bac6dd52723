import { isDeepStrictEqual } from 'node:util';
import {
  type AuthoritativeList,
  attributeOf,
  isReference,
  kindsMeant,
  nameIn,
  type Operation,
  type Plan,
  type Resource,
  type ResourceChange,
  resourceOf,
  resources,
  type Step,
  snakeCase,
  type Values,
} from '../provider/index.js';

/** Operations that the edges of an authoritative resource may have, by the operation of the resource. */
const ALLOWED: Readonly<Partial<Record<Operation, readonly Operation[]>>> = {
  create: ['create'],
  update: ['create', 'replace', 'update', 'revoke', 'adopt', 'record', 'forget', 'none'],
  adopt: ['adopt', 'record', 'forget', 'none'],
  configure: ['record', 'forget', 'none'],
  record: ['record', 'forget', 'none'],
  none: ['none'],
  revoke: ['revoke', 'forget'],
  forget: ['forget'],
};

/**
 * Finds a contradiction between an authoritative resource in a plan file and the steps of its edges. Policy tools read
 * `before` and `after`, people read the labels, and apply runs the steps: all three must agree.
 */
export function findAuthoritativeFault(plan: Plan): string | undefined {
  const keys = plan.resource_changes.flatMap(({ delinea }) =>
    [delinea, ...(delinea.edgeSteps ?? [])].map(({ key }) => key),
  );
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined) return `two steps have the key "${duplicate}"`;
  for (const entry of plan.resource_changes) {
    const { authoritativeFor } = resourceOf(entry.delinea.kind);
    const { edgeSteps } = entry.delinea;
    if (!authoritativeFor !== !edgeSteps)
      return `${entry.address}: ${authoritativeFor ? 'the resource is authoritative, but has no steps for its assignments' : 'the resource is not authoritative, but has steps for assignments'}`;
    const fault = authoritativeFor && edgeSteps && faultInResource(plan, entry, authoritativeFor, edgeSteps);
    if (fault) return `${entry.address}: ${fault}`;
  }
  return undefined;
}

function faultInResource(
  plan: Plan,
  entry: ResourceChange,
  list: AuthoritativeList,
  steps: readonly Step[],
): string | undefined {
  const edge = resources.find(({ type }) => type === list.edge)!;
  for (const step of steps) {
    const fault =
      faultInStep(entry, list, edge, step) ??
      (matchesLabel(plan, edge, step) ? undefined : 'has a label that does not match its values');
    if (fault) return `"${step.label}" ${fault}`;
  }
  return mismatchInElements(entry, list, steps);
}

function faultInStep(
  { delinea }: ResourceChange,
  { edge: kind, scope, elements }: AuthoritativeList,
  edge: Resource,
  step: Step,
): string | undefined {
  if (step.kind !== kind) return `is not a ${kind}`;
  if (!ALLOWED[delinea.operation]?.includes(step.operation))
    return `has the operation "${step.operation}", which does not fit the resource's operation "${delinea.operation}"`;
  if (step.operation !== 'create' && step.id === undefined) return 'has no id';
  const values = { ...step.before, ...step.desired };
  const known = new Set(edge.attributes.map(({ name }) => name));
  const declarable = new Set([scope, ...fieldsOf(delinea.kind, elements).map(({ name }) => name)]);
  const unknown =
    Object.keys(step.desired).find((name) => !declarable.has(name)) ??
    [...Object.keys(step.before), ...step.changed].find((name) => !known.has(name));
  if (unknown !== undefined) return `has an unknown attribute "${unknown}"`;
  const missing = edge.key.find((name) => values[name] === undefined);
  if (missing !== undefined) return `has no ${snakeCase(missing)}`;
  const changed = edge.key.find((name) => step.before[name] !== undefined && step.before[name] !== values[name]);
  if (changed !== undefined) return `changes its ${snakeCase(changed)}`;
  return values[scope] === delinea.id ? undefined : `is not on ${delinea.label}`;
}

function fieldsOf(kind: string, elements: string) {
  return attributeOf(resourceOf(kind), elements).fields;
}

/** Compares the elements in `before` and `after` with the edges that exist before and after the steps. */
function mismatchInElements(
  { change, delinea }: ResourceChange,
  { elements }: AuthoritativeList,
  steps: readonly Step[],
): string | undefined {
  const fields = fieldsOf(delinea.kind, elements);
  const written = snakeCase(elements);
  const shown = (side: Values | null) => {
    const list = side?.[written] ?? [];
    return Array.isArray(list) ? sorted(list) : list;
  };
  const element = (values: Values) =>
    Object.fromEntries(
      fields
        .filter(({ name }) => values[name] !== undefined)
        .map(({ name }) => [snakeCase(name), isReference(values[name]) ? null : values[name]]),
    );
  const staying = steps.filter(({ operation }) => operation !== 'revoke' && operation !== 'forget');
  const wanted = sorted(staying.map(({ before, desired }) => element({ ...before, ...desired })));
  if (!isDeepStrictEqual(shown(change.after), wanted)) return `${written} differ between "after" and the steps`;
  if (change.actions.includes('no-op')) return undefined;
  const existing = steps.filter(({ operation }) => operation !== 'create');
  const current = sorted(existing.map(({ before, desired }) => element({ ...desired, ...before })));
  return isDeepStrictEqual(shown(change.before), current)
    ? undefined
    : `${written} differ between "before" and the steps`;
}

function sorted(list: readonly unknown[]): string[] {
  return list
    .map((item) => JSON.stringify(Object.entries(item ?? {}).sort(([left], [right]) => left.localeCompare(right))))
    .sort();
}

/** Returns whether a label shows the step's values: names as the plan knows them, or ids. */
function matchesLabel(plan: Plan, { label, attributes }: Resource, { before, desired, label: shown }: Step): boolean {
  const values: Values = { ...before, ...desired };
  const labels = new Map(plan.resource_changes.map(({ address, delinea }) => [address, delinea.label]));
  const textOf = (name: string): string => {
    const value = values[name];
    if (isReference(value)) return escaped(labels.get(value.ref)) ?? '.+';
    const attribute = attributes.find((candidate) => candidate.name === name);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!attribute || attribute.refersTo.length === 0) return escaped(text)!;
    const known = nameIn(plan.delinea.names, kindsMeant(attribute, values), text);
    return known === undefined ? '.+' : `(?:${escaped(known)}|${escaped(text)})`;
  };
  const pattern = label
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? textOf(part.slice(1, -1)) : escaped(part)));
  return new RegExp(`^${pattern.join('')}$`, 'su').test(shown);
}

function escaped(text: string | undefined): string | undefined {
  return text?.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
