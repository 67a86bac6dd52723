import type { SimulatorData } from '../../../src/simulator/index.js';
import {
  ADMIN_ROLES,
  type Edge,
  edgeKey,
  edgeMap,
  groupHolder,
  type Holder,
  isGroup,
  OWN,
  type Right,
  type Stack,
  tenantOf,
} from './guarded-stack.js';
import type { Random } from './random.js';

/** A tenant with unmanaged objects, a stack that matches it, and changed versions of that stack. */
export interface Case {
  readonly tenant: SimulatorData;
  readonly before: Stack;
  readonly after: readonly Stack[];
}

const ROLES = [...ADMIN_ROLES, 'Auditor'];
const CONTAINERS = ['prod', 'stage', 'test', 'lab'];
const RIGHTS = ['Owner', 'Owner', 'Edit', 'View', 'Add Secret'];
const STRANGER = 's0@x';
const STRANGE = 'strange';

/** Draws small, large and nested groups, and folders and roles with many, few or no active holders. */
export function drawCase(random: Random, changes: number): Case {
  const size = random.pick([8, 8, 28, 58, 60 + random.below(90)]);
  const people = Array.from({ length: size }, (_, index) => `p${index}@x`);
  const disabled = new Set(random.some(people, random.pick([0, 0.02, 0.15])));
  const names = Array.from({ length: size < 58 ? 4 : random.pick([8, 8, 16]) }, (_, index) => `g${index}`);
  const groups = new Map(
    names.map((name, index) => {
      const inner = names.slice(0, index).filter(() => random.chance(index < 4 ? 0.3 : 0.08));
      const share = index < 4 ? random.pick([0, 0.05, 0.3, 0.8]) : (12 + random.below(19)) / size;
      return [name, [...random.some(people, share), ...inner.map(groupHolder)]];
    }),
  );
  const holders = [...names.map(groupHolder), ...random.some(people, random.pick([0.05, 0.3]))];
  const rights = CONTAINERS.flatMap((scope) =>
    random.some(holders, random.pick([0.1, 0.4, 0.9])).map((holder) => ({ scope, holder, right: random.pick(RIGHTS) })),
  );
  const roles = ROLES.flatMap((scope) =>
    random.some(holders, random.pick([0.05, 0.2, 0.9])).map((holder) => ({ scope, holder })),
  );
  const before: Stack = {
    users: new Map(people.map((name) => [name, disabled.has(name) ? 'disabled' : 'unset'])),
    groups,
    rights: edgeMap(rights),
    roles: edgeMap(roles),
    retired: new Set(),
  };
  const strangers = drawStrangers(random, people);
  return {
    tenant: withStrangers(before, strangers),
    before,
    after: Array.from({ length: changes }, () => drawAfter(before, strangers, random)),
  };
}

/**
 * Draws unmanaged objects: a user, and a group with managed and unmanaged members, which may own the same folders. The
 * account of the run owns all folders, as the documentation sets it up, or some, or none.
 */
function drawStrangers(random: Random, people: readonly string[]): Stack {
  const holders: Holder[] = [STRANGER, groupHolder(STRANGE)].filter(() => random.chance(0.3));
  const scopes = [...CONTAINERS, 'theirs'];
  const owned = scopes
    .filter(() => random.chance(0.3))
    .flatMap((scope) => holders.map((holder) => ({ scope, holder })));
  const ownedByRun = random.some(scopes, random.pick([0, 0.5, 1, 1])).map((scope) => ({ scope, holder: OWN }));
  const boundToRun = random.some(ADMIN_ROLES, random.pick([0, 0.5, 1])).map((scope) => ({ scope, holder: OWN }));
  return {
    users: new Map([
      [STRANGER, random.chance(0.6) ? 'unset' : 'disabled'],
      [OWN, 'unset'],
    ]),
    groups: new Map([[STRANGE, [...random.some(people, 0.1), ...[STRANGER, OWN].filter(() => random.chance(0.3))]]]),
    rights: edgeMap([...owned, ...ownedByRun].map((edge) => ({ ...edge, right: 'Owner' }))),
    roles: edgeMap([...(random.chance(0.2) ? [{ scope: ADMIN_ROLES[0]!, holder: STRANGER }] : []), ...boundToRun]),
    retired: new Set(),
  };
}

function withStrangers(stack: Stack, strangers: Stack): SimulatorData {
  const [ours, theirs] = [tenantOf(stack), tenantOf(strangers)];
  return {
    users: [...ours.users, ...theirs.users],
    groups: [...ours.groups, ...theirs.groups],
    containers: [...CONTAINERS, 'theirs'],
    containerPermissions: [...ours.containerPermissions, ...theirs.containerPermissions],
    roles: ROLES,
    roleBindings: [...ours.roleBindings, ...theirs.roleBindings],
  };
}

/** Draws a changed stack in which each kind of object loses its own random share, from nothing to everything. */
function drawAfter(before: Stack, strangers: Stack, random: Random): Stack {
  const busy = random.pick([0.15, 0.15, 0.5]);
  const share = () => (random.chance(busy) ? random.pick([0.02, 0.04, 0.06, 0.09, 0.12, 0.3, 0.6, 1]) : 0);
  const [lose, disable, leave, empty, revoke, lower, unbind] = Array.from({ length: 7 }, share) as number[];
  const users: Map<string, 'unset' | 'disabled' | 'reactivated'> = new Map(
    [...before.users].flatMap(([name, state]) => {
      if (random.chance(lose!)) return [];
      if (random.chance(disable!)) return [[name, 'disabled' as const]];
      return [[name, state === 'disabled' && random.chance(0.2) ? ('reactivated' as const) : state]];
    }),
  );
  const joined = random.chance(0.5) ? ['n0@x', 'n1@x'] : [];
  for (const name of joined) users.set(name, random.chance(0.3) ? 'disabled' : 'unset');
  // A user and a group that exist and that nobody manages are taken over, and lose what the declaration does not have.
  const isTaken = random.chance(0.15);
  if (isTaken) users.set(STRANGER, random.chance(0.5) ? 'disabled' : strangers.users.get(STRANGER)!);
  const taken = strangers.groups.get(STRANGE)!;
  const kept = [
    ...[...before.groups].filter(() => !random.chance(empty!)),
    ...(isTaken && !taken.includes(OWN) ? [[STRANGE, taken] as const] : []),
  ];
  const fresh: [string, readonly Holder[]][] = random.chance(0.3) ? [['new', random.some([...users.keys()], 0.2)]] : [];
  const there = new Set([...kept, ...fresh].map(([name]) => groupHolder(name)));
  const exists = (holder: Holder) => (isGroup(holder) ? there.has(holder) : users.has(holder));
  const groups = new Map([
    ...kept.map(([name, members]) => {
      const share = random.chance(0.5) ? leave! : 0;
      const stay = members.filter((member) => exists(member) && !random.chance(share));
      return [name, [...new Set([...stay, ...random.some(joined, 0.3)])]] as const;
    }),
    ...fresh,
  ]);
  const retired = new Set(random.chance(0.15) ? random.some(CONTAINERS, 0.3) : []);
  const isOpen = ({ scope, holder }: Edge) => exists(holder) && !retired.has(scope);
  const rights = [...before.rights.values()]
    .filter((edge) => isOpen(edge) && !random.chance(revoke!))
    .map((edge) => (random.chance(lower!) ? { ...edge, right: random.pick(RIGHTS) } : edge));
  const roles = [...before.roles.values()].filter((edge) => isOpen(edge) && !random.chance(unbind!));
  const added = [...there, ...users.keys()].filter(() => random.chance(0.04));
  const granted = added
    .map((holder): Right => ({ scope: random.pick(CONTAINERS), holder, right: random.pick(RIGHTS) }))
    .filter((edge) => isOpen(edge) && !strangers.rights.has(edgeKey(edge)));
  const bound = added
    .map((holder) => ({ scope: random.pick(ROLES), holder }))
    .filter((edge) => !strangers.roles.has(edgeKey(edge)));
  return {
    users,
    groups,
    rights: edgeMap([...granted, ...rights]),
    roles: edgeMap([...bound, ...roles]),
    retired,
  };
}
