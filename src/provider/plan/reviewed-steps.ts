import { isDeepStrictEqual } from 'node:util';
import { isReference } from '../model/declaration.js';
import { snakeCase, snakeKeys } from '../model/names.js';
import { type Plan, type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { knownIn, unknownIn } from './build-entry.js';

/** Returns the steps of a change that an apply runs: those of the edges for an authoritative set. */
export function actingSteps(change: ResourceChange): Step[] {
  return stepsOf({ resource_changes: [change] }).filter(({ operation }) => operation !== 'none');
}

/** Returns whether an apply runs a step of a change or records its settings. */
export function acts(change: ResourceChange): boolean {
  return change.delinea.operation !== 'none' || actingSteps(change).length > 0;
}

/**
 * Compares a reviewed change with the one that is planned now. A change whose steps are partly done has fewer steps,
 * fewer predecessors, and ids in place of references to objects that were created since.
 * @param planned the steps of the plan that is made now, by key
 * @param done keys of the reviewed steps that are already done
 * @returns the names of the attributes and fields that differ
 */
export function differingFields(
  reviewed: ResourceChange,
  now: ResourceChange,
  planned: ReadonlyMap<string, Step>,
  done: ReadonlySet<string>,
): string[] {
  const open = ({ key, operation }: Step) => operation !== 'none' && !done.has(key);
  const partly = reviewed.delinea.edgeSteps?.some(({ key }) => done.has(key));
  const rest = partly ? (change: ResourceChange) => withoutDoneEdges(change, open) : (change: ResourceChange) => change;
  const left = plain(rest(withoutDonePredecessors(withIds(reviewed, planned), now.delinea, done)));
  const right = plain(rest(now));
  return [...new Set(differences(left, right))];
}

/** Compares only the object of two changes, and that a change without an action shows none. */
export function differingIdentity(reviewed: ResourceChange, now: ResourceChange): string[] {
  const identity = ({ address, type, change: { actions }, delinea: { key, kind, id, label } }: ResourceChange) =>
    plain({ address, type, actions, key, kind, id, label });
  return differences(identity(reviewed), identity(now));
}

/** Returns where two names of the same object differ in two plans, as a path; undefined if they do not. */
export function contradiction(reviewed: Plan, now: Plan): string | undefined {
  const find = (left: unknown, right: unknown, path: readonly string[]): string | undefined => {
    if (!isObject(left) || !isObject(right)) return isDeepStrictEqual(left, right) ? undefined : path.join('.');
    for (const [name, value] of Object.entries(left)) {
      const found = Object.hasOwn(right, name) ? find(value, right[name], [...path, name]) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(plain(reviewed.delinea.names), plain(now.delinea.names), []);
}

/** Returns a change with the ids of objects that were created since, as a plan made now shows them. */
export function withIds(change: ResourceChange, planned: ReadonlyMap<string, Step>): ResourceChange {
  const resolve = (value: unknown): unknown => {
    if (isReference(value)) return planned.get(value.ref)?.id ?? value;
    if (Array.isArray(value)) return value.map(resolve);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  const { desired, edgeSteps } = change.delinea;
  const created = Object.entries(desired)
    .map(([name, value]) => [name, resolve(value)] as const)
    .filter(([name, value]) => !isDeepStrictEqual(value, desired[name]));
  const ids = Object.fromEntries(created);
  const shown = snakeKeys(ids);
  const { after, after_unknown } = change.change;
  const unknown = Object.entries(after_unknown).filter(([name]) => !(name in shown));
  return {
    ...change,
    change: {
      ...change.change,
      after: after && { ...after, ...snakeKeys(knownIn(ids) as Values) },
      after_unknown: { ...Object.fromEntries(unknown), ...unknownIn(ids) },
    },
    delinea: {
      ...change.delinea,
      desired: { ...desired, ...ids },
      edgeSteps: edgeSteps?.map((step) => ({ ...step, desired: resolve(step.desired) as Values })),
    },
  };
}

/** Returns a change with the predecessors that it has now, if some of them are done and no others were added. */
function withoutDonePredecessors(change: ResourceChange, now: Step, done: ReadonlySet<string>): ResourceChange {
  const left = (keys: readonly string[] = [], kept: readonly string[] = []) =>
    keys.some((key) => done.has(key)) && kept.every((key) => keys.includes(key));
  const { after, needs } = change.delinea;
  return {
    ...change,
    delinea: {
      ...change.delinea,
      ...(left(after, now.after) && { after: now.after }),
      ...(left(needs, now.needs) && { needs: now.needs }),
    },
  };
}

/** Returns an authoritative set with its open edges only. The list itself is left out: done edges are on one side of it. */
function withoutDoneEdges(change: ResourceChange, isOpen: (step: Step) => boolean): ResourceChange {
  const { delinea } = change;
  const edgeSteps = delinea.edgeSteps?.filter(isOpen);
  return {
    ...change,
    change: { ...change.change, actions: [], before: null },
    delinea: { ...delinea, operation: 'update', before: {}, changed: [], edgeSteps },
  };
}

/** Names, in the words of the code, the innermost objects of two values that differ. */
function differences(left: unknown, right: unknown, path: readonly string[] = []): string[] {
  if (isDeepStrictEqual(left, right)) return [];
  if (!isObject(left) || !isObject(right)) return [fieldOf(path)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name) =>
    differences(
      Object.hasOwn(left, name) ? left[name] : undefined,
      Object.hasOwn(right, name) ? right[name] : undefined,
      [...path, name],
    ),
  );
}

const SIDES = new Set(['before', 'after', 'after_unknown', 'desired']);

/** Returns the attribute that a path is about, or the field of the change. */
function fieldOf(path: readonly string[]): string {
  const [, side = '', attribute] = path;
  return snakeCase(SIDES.has(side) && attribute !== undefined ? attribute : side || path[0]!);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a value as a plan file has it. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
