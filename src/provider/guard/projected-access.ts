import { isReference } from '../model/declaration.js';
import { keyText } from '../model/keys.js';
import type { Operation, Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { AccessView } from '../read/access-paths.js';
import type { Directory } from '../read/directory.js';
import type { EdgeValues } from '../read/edges.js';
import type { IdTranslator } from '../read/id-translator.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { removes } from './reductions.js';

/** What writes nothing to the tenant: there, what lives stays, be it other than when the plan was made. */
export const WITHOUT_WRITE: ReadonlySet<Operation> = new Set<Operation>(['none', 'record', 'adopt', 'forget']);

/** The live edges of some scope as a plan leaves them. @param within whether an edge still to be given belongs to that scope */
export function projectEdges(
  resource: Resource,
  live: readonly EdgeValues[],
  steps: readonly Step[],
  within: (values: Values) => boolean,
): EdgeValues[] {
  const mine = steps.filter(({ kind, operation }) => kind === resource.type && !WITHOUT_WRITE.has(operation));
  const byKey = new Map(mine.map((step) => [keyText(resource, step.before), step]));
  const stay = live.flatMap(({ id, values }) => {
    const step = byKey.get(keyText(resource, values));
    if (!step) return [{ id, values }];
    return removes(step) ? [] : [{ id, values: { ...values, ...withIds(step.desired) } }];
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

/** Returns the view of the tenant as a plan would leave it. */
export function projectView(reading: TenantReader, live: Directory, steps: readonly Step[]): AccessView {
  // An object that the plan creates has no id by which its name could be looked up.
  for (const { operation, kind, key, label } of steps) {
    if (operation === 'create') reading.translator.add(kind, key, label);
  }
  return {
    directory: projectDirectory(live, steps, reading.translator),
    uses: (type) => steps.some(({ kind }) => kind === type),
    edges: (resource, edges, within) => projectEdges(resource, edges, steps, within),
  };
}

/** The directory as a plan leaves it. */
export function projectDirectory(live: Directory, steps: readonly Step[], identity: IdTranslator): Directory {
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
