import { isReference } from '../model/declaration.js';
import { keyText } from '../model/keys.js';
import { type Step, WITHOUT_WRITE } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { AccessView } from '../read/access-paths.js';
import type { Directory } from '../read/directory.js';
import type { EdgeValues } from '../read/edges.js';
import type { IdTranslator } from '../read/id-translator.js';
import type { TenantReader } from '../read/tenant-reader.js';
import {
  edgeResourceOf,
  isMembership,
  memberKinds,
  memberLists,
  principalOf,
  scopeKind,
} from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { removes } from './reductions.js';

/**
 * Returns the live edges of one scope or principal as a plan leaves them.
 * @param isOwn whether an edge that the plan creates is among them
 */
export function projectEdges(
  resource: Resource,
  live: readonly EdgeValues[],
  steps: readonly Step[],
  isOwn: (values: Values) => boolean,
): EdgeValues[] {
  const writes = steps.filter(({ kind, operation }) => kind === resource.type && !WITHOUT_WRITE.has(operation));
  const byKey = new Map(writes.map((step) => [keyText(resource, step.before), step]));
  const kept = live.flatMap(({ id, values }) => {
    const step = byKey.get(keyText(resource, values));
    if (!step) return [{ id, values }];
    return removes(step) ? [] : [{ id, values: { ...values, ...withIds(step.desired) } }];
  });
  const created = writes
    .filter(({ operation }) => operation === 'create')
    .map(({ key, desired }) => ({ id: key, values: withIds(desired) }));
  return [...kept, ...created.filter(({ values }) => isOwn(values))];
}

function withIds(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, idOrAddress(value)]));
}

function idOrAddress(value: unknown): string {
  return isReference(value) ? value.ref : String(value);
}

/** Returns the view of the tenant as a plan would leave it. */
export function projectView(reader: TenantReader, live: Directory, steps: readonly Step[]): AccessView {
  // An object that the plan creates has no id by which its name could be looked up.
  for (const { operation, kind, key, label } of steps) {
    if (operation === 'create') reader.translator.add(kind, key, label);
  }
  return {
    directory: projectDirectory(live, steps, reader.translator),
    uses: (type) => steps.some(({ kind }) => kind === type),
    edges: (resource, edges, isOwn) => projectEdges(resource, edges, steps, isOwn),
  };
}

/** Returns the directory as a plan would leave it. */
export function projectDirectory(live: Directory, steps: readonly Step[], translator: IdTranslator): Directory {
  const created = new Map(steps.filter(({ operation }) => operation === 'create').map((step) => [step.key, step.kind]));
  const kindOf = (kinds: readonly string[], id: string) => created.get(id) ?? translator.kindOf(kinds, id);
  const stepByObject = new Map(steps.map((step) => [principalKey({ kind: step.kind, id: idOf(step) }), step]));
  // Selected once: a plan may have thousands of steps, and every group is asked for its members.
  const kinds = [...new Set(steps.map(({ kind }) => kind))].filter((kind) => isMembership(resourceOf(kind)));
  const memberships = kinds.map(edgeResourceOf);
  return {
    async groups() {
      const groups = [...created].filter(([, kind]) => memberLists(resourceOf(kind)).length > 0);
      return [...(await live.groups()), ...groups.map(([id, kind]) => ({ kind, id }))];
    },
    async members(principal) {
      const step = stepByObject.get(principalKey(principal));
      const listed = step && projectedMembers(step, kindOf);
      return projectMemberships(principal, listed ?? (await live.members(principal)), memberships, steps);
    },
    async active(principal) {
      const step = stepByObject.get(principalKey(principal));
      const active = step && projectedActive(step);
      return active ?? live.active(principal);
    },
  };
}

/** Applies the steps that add or remove single memberships of a group. @param kinds the kinds of these steps */
function projectMemberships(
  group: Principal,
  members: readonly Principal[],
  kinds: readonly EdgeResource[],
  steps: readonly Step[],
): readonly Principal[] {
  return kinds.reduce((before, resource) => {
    if (scopeKind(resource) !== group.kind) return before;
    const { scope, principal } = resource.edge;
    const edges = before.map(({ kind, id }) => ({
      id,
      values: { [scope]: group.id, [principal.type]: kind, [principal.id]: id },
    }));
    const after = projectEdges(resource, edges, steps, (values) => values[scope] === group.id);
    return after.flatMap(({ values }) => principalOf(resource.type, values) ?? []);
  }, members);
}

/** Returns the id of a step's object; the address of its declaration if it is still to be created. */
function idOf({ id, key }: Step): string {
  return id ?? key;
}

/** Returns the listed members after a step; undefined if the step does not change the lists. */
function projectedMembers(
  step: Step,
  kindOf: (kinds: readonly string[], id: string) => string | undefined,
): Principal[] | undefined {
  const resource = resourceOf(step.kind);
  const lists = memberLists(resource);
  const kinds = memberKinds(resource);
  if (step.operation === 'deactivate' || step.operation === 'delete') return [];
  if (step.operation === 'create' && lists.every((name) => step.desired[name] === undefined)) return [];
  if (!['create', 'update', 'reactivate'].includes(step.operation)) return undefined;
  const declared = lists.filter((name) => step.desired[name] !== undefined);
  if (declared.length === 0) return undefined;
  return declared.flatMap((name) =>
    (step.desired[name] as readonly unknown[]).flatMap((member) => {
      const id = idOrAddress(member);
      const kind = kindOf(kinds, id);
      // If only some steps of a plan are projected, a member that another step would create does not exist.
      return kind === undefined ? [] : [{ kind, id }];
    }),
  );
}

/** Returns whether an account can log in after a step; undefined if the step does not change that. */
function projectedActive(step: Step): boolean | undefined {
  const { account, removal } = resourceOf(step.kind);
  if (!account || removal?.verb !== 'deactivate') return undefined;
  const flags = Object.entries(removal.inactive);
  const disables = flags.every(([name, value]) => step.desired[name] === value);
  switch (step.operation) {
    case 'deactivate':
    case 'delete':
      return false;
    case 'create':
      return !disables;
    case 'reactivate':
    case 'update':
      return flags.some(([name]) => step.changed.includes(name)) ? !disables : undefined;
    default:
      return undefined;
  }
}
