import type { Resource, Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { isReference } from './declaration.js';
import { keyText } from './diff.js';
import { type Directory, type Principal, principalKey } from './directory.js';
import type { Operation, Step } from './format.js';
import type { Identity } from './identity.js';
import { memberLists, takesAway } from './losses.js';

/** An edge with ids of home surfaces; an end still to be created stands as the address of its declaration. */
export interface Edge {
  readonly id: string;
  readonly values: Values;
}

/** What writes nothing to the tenant: there, what lives stays, be it other than when the plan was made. */
export const QUIET: ReadonlySet<Operation> = new Set<Operation>(['none', 'record', 'take over', 'forget']);

/** The live edges of some scope as a plan leaves them. @param within whether an edge still to be given belongs to that scope */
export function plannedEdges(
  resource: Resource,
  live: readonly Edge[],
  steps: readonly Step[],
  within: (values: Values) => boolean,
): Edge[] {
  const mine = steps.filter(({ kind, operation }) => kind === resource.type && !QUIET.has(operation));
  const byKey = new Map(mine.map((step) => [keyText(resource, step.before), step]));
  const stay = live.flatMap(({ id, values }) => {
    const step = byKey.get(keyText(resource, values));
    if (!step) return [{ id, values }];
    return takesAway(step) ? [] : [{ id, values: { ...values, ...withIds(step.desired) } }];
  });
  const given = mine
    .filter(({ operation }) => operation === 'create')
    .map(({ key, desired }) => ({ id: key, values: withIds(desired) }));
  return [...stay, ...given.filter(({ values }) => within(values))];
}

function withIds(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, idMeant(value)]));
}

function idMeant(value: unknown): string {
  return isReference(value) ? value.ref : String(value);
}

/** The directory as a plan leaves it. */
export function plannedDirectory(live: Directory, steps: readonly Step[], identity: Identity): Directory {
  const created = new Map(steps.filter(({ operation }) => operation === 'create').map((step) => [step.key, step.kind]));
  const kindOf = (id: string) => created.get(id) ?? identity.kindOf(id);
  const touched = new Map(steps.map((step) => [principalKey({ kind: step.kind, id: idOf(step) }), step]));
  return {
    async groups() {
      const groups = [...created].filter(([, kind]) => memberLists(resourceOf(kind)).length > 0);
      return [...(await live.groups()), ...groups.map(([id, kind]) => ({ kind, id }))];
    },
    async members(principal) {
      const step = touched.get(principalKey(principal));
      const planned = step && plannedMembers(step, kindOf);
      return planned ?? live.members(principal);
    },
    async active(principal) {
      const step = touched.get(principalKey(principal));
      const planned = step && plannedActive(step);
      return planned ?? live.active(principal);
    },
  };
}

/** Of something still to be created, the address of its declaration. */
function idOf({ id, key }: Step): string {
  return id ?? key;
}

/** Members after the step; undefined: it leaves them as they are. */
function plannedMembers(step: Step, kindOf: (id: string) => string | undefined): Principal[] | undefined {
  const resource = resourceOf(step.kind);
  const lists = memberLists(resource);
  if (step.operation === 'deactivate' || step.operation === 'delete') return [];
  if (step.operation === 'create' && lists.every((name) => step.desired[name] === undefined)) return [];
  if (!['create', 'update', 'reactivate'].includes(step.operation)) return undefined;
  const declared = lists.filter((name) => step.desired[name] !== undefined);
  if (declared.length === 0) return undefined;
  return declared.flatMap((name) =>
    (step.desired[name] as readonly unknown[]).flatMap((member) => {
      const id = idMeant(member);
      const kind = kindOf(id);
      // Where only some steps are looked at, whom another one would create does not exist.
      return kind === undefined ? [] : [{ kind, id }];
    }),
  );
}

/** Whether the account can log in after the step; undefined: as before. */
function plannedActive(step: Step): boolean | undefined {
  const { account, removal } = resourceOf(step.kind);
  if (!account || removal?.verb !== 'deactivate') return undefined;
  const flags = Object.entries(removal.to);
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
