import { isDeepStrictEqual } from 'node:util';
import {
  type AuthoritativeList,
  attributeOf,
  isReference,
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

/** What may happen to the edges of a set, by what is said to happen to the set. */
const ALLOWED: Readonly<Partial<Record<Operation, readonly Operation[]>>> = {
  create: ['create'],
  update: ['create', 'replace', 'update', 'revoke', 'adopt', 'record', 'forget', 'none'],
  adopt: ['adopt', 'record', 'forget', 'none'],
  record: ['record', 'forget', 'none'],
  none: ['none'],
  revoke: ['revoke', 'forget'],
  forget: ['forget'],
};

/**
 * What a plan from a file says of a set and does not do, or does and does not say. `before` and `after` are what policy
 * tools read, the labels what people read; the edges are what is carried out.
 */
export function findAuthoritativeFault(plan: Plan): string | undefined {
  const keys = plan.resource_changes.flatMap(({ delinea }) =>
    [delinea, ...(delinea.edgeSteps ?? [])].map(({ key }) => key),
  );
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) return `two steps have the key "${twice}"`;
  for (const entry of plan.resource_changes) {
    const { authoritativeFor } = resourceOf(entry.delinea.kind);
    const { edgeSteps } = entry.delinea;
    if (!authoritativeFor !== !edgeSteps)
      return `${entry.address}: ${authoritativeFor ? 'a set without its edges' : 'edges of what is no set'}`;
    const fault = authoritativeFor && edgeSteps && faultInSet(plan, entry, authoritativeFor, edgeSteps);
    if (fault) return `${entry.address}: ${fault}`;
  }
  return undefined;
}

function faultInSet(
  plan: Plan,
  entry: ResourceChange,
  setOf: AuthoritativeList,
  parts: readonly Step[],
): string | undefined {
  const edge = resources.find(({ type }) => type === setOf.edge)!;
  for (const part of parts) {
    const fault =
      faultInEdge(entry, setOf, edge, part) ?? (fitsLabel(plan, edge, part) ? undefined : 'is called otherwise');
    if (fault) return `"${part.label}" ${fault}`;
  }
  return hiddenInSet(entry, setOf, parts);
}

function faultInEdge(
  { delinea }: ResourceChange,
  { edge: kind, scope, elements }: AuthoritativeList,
  edge: Resource,
  part: Step,
): string | undefined {
  if (part.kind !== kind) return `is not a ${kind}`;
  if (!ALLOWED[delinea.operation]?.includes(part.operation))
    return `has the operation "${part.operation}" in a set whose own is "${delinea.operation}"`;
  if (part.operation !== 'create' && part.id === undefined) return 'has no id';
  const values = { ...part.before, ...part.desired };
  const known = new Set(edge.attributes.map(({ name }) => name));
  const told = new Set([scope, ...fieldsOf(delinea.kind, elements).map(({ name }) => name)]);
  const foreign =
    Object.keys(part.desired).find((name) => !told.has(name)) ??
    [...Object.keys(part.before), ...part.changed].find((name) => !known.has(name));
  if (foreign !== undefined) return `has an attribute "${foreign}"`;
  const missing = edge.key.find((name) => values[name] === undefined);
  if (missing !== undefined) return `has no ${snakeCase(missing)}`;
  const moved = edge.key.find((name) => part.before[name] !== undefined && part.before[name] !== values[name]);
  if (moved !== undefined) return `has two values of ${snakeCase(moved)}`;
  return values[scope] === delinea.id ? undefined : `is not on ${delinea.label}`;
}

function fieldsOf(kind: string, elements: string) {
  return attributeOf(resourceOf(kind), elements).fields;
}

/** What is told beside what is done: the edges that were there, and those that will be. */
function hiddenInSet(
  { change, delinea }: ResourceChange,
  { elements }: AuthoritativeList,
  parts: readonly Step[],
): string | undefined {
  const fields = fieldsOf(delinea.kind, elements);
  const written = snakeCase(elements);
  const told = (side: Values | null) => {
    const list = side?.[written] ?? [];
    return Array.isArray(list) ? sorted(list) : list;
  };
  const element = (values: Values) =>
    Object.fromEntries(
      fields
        .filter(({ name }) => values[name] !== undefined)
        .map(({ name }) => [snakeCase(name), isReference(values[name]) ? null : values[name]]),
    );
  const stays = parts.filter(({ operation }) => operation !== 'revoke' && operation !== 'forget');
  const wanted = sorted(stays.map(({ before, desired }) => element({ ...before, ...desired })));
  if (!isDeepStrictEqual(told(change.after), wanted)) return `${written} are not what "after" tells a reader`;
  if (change.actions.includes('no-op')) return undefined;
  const was = parts.filter(({ operation }) => operation !== 'create');
  const held = sorted(was.map(({ before, desired }) => element({ ...desired, ...before })));
  return isDeepStrictEqual(told(change.before), held) ? undefined : `${written} are not what "before" tells a reader`;
}

function sorted(list: readonly unknown[]): string[] {
  return list
    .map((item) => JSON.stringify(Object.entries(item ?? {}).sort(([left], [right]) => left.localeCompare(right))))
    .sort();
}

/** Whether the words that a reader sees are those of the values: names as the plan knows them, or ids. */
function fitsLabel(plan: Plan, { label, attributes }: Resource, { before, desired, label: said }: Step): boolean {
  const values: Values = { ...before, ...desired };
  const labels = new Map(plan.resource_changes.map(({ address, delinea }) => [address, delinea.label]));
  const words = (name: string): string => {
    const value = values[name];
    if (isReference(value)) return escaped(labels.get(value.ref)) ?? '.+';
    const named = (attributes.find((attribute) => attribute.name === name)?.refersTo ?? []).length > 0;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!named) return escaped(text)!;
    const known = plan.delinea.names;
    return Object.hasOwn(known, text) ? `(?:${escaped(known[text]!.name)}|${escaped(text)})` : '.+';
  };
  const pattern = label
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? words(part.slice(1, -1)) : escaped(part)));
  return new RegExp(`^${pattern.join('')}$`, 'su').test(said);
}

function escaped(text: string | undefined): string | undefined {
  return text?.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
