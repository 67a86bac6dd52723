import type { OwnedObject, Values } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import { factsOf } from '../assert/facts.js';

const TEXTS = ['displayName', 'title', 'department', 'externalId'] as const;

/** Returns the facts of {@link factsOf} and the attributes that runs change, one line each. */
export function allFactsOf(state: SimulatorState): string[] {
  const texts = state.users.flatMap((user) =>
    TEXTS.flatMap((name) => (user[name] ? [`user ${user.userName.toLowerCase()} ${name}=${user[name]}`] : [])),
  );
  return [...factsOf(state), ...texts, ...state.containers.map(({ name }) => `container ${name}`)].sort();
}

/** Returns the tenant with the names that its users and groups have in another state. */
export function withNamesFrom(state: SimulatorState, other: SimulatorState): SimulatorState {
  const later = new Map([
    ...other.users.map(({ id, userName }) => [id, userName] as const),
    ...other.groups.map(({ id, displayName }) => [id, displayName] as const),
  ]);
  const names = new Map([
    ...state.users.map(({ id, userName }) => [userName, later.get(id) ?? userName] as const),
    ...state.groups.map(({ id, displayName }) => [displayName, later.get(id) ?? displayName] as const),
  ]);
  const named = (name: string) => names.get(name) ?? name;
  const holder = <Edge extends { user?: string; group?: string }>(edge: Edge): Edge => ({
    ...edge,
    ...(edge.user && { user: named(edge.user) }),
    ...(edge.group && { group: named(edge.group) }),
  });
  return {
    ...state,
    users: state.users.map((user) => ({ ...user, userName: named(user.userName) })),
    groups: state.groups.map((group) => ({
      ...group,
      displayName: named(group.displayName),
      members: (group.members ?? []).map(named),
    })),
    containerPermissions: state.containerPermissions.map(holder),
    roleBindings: state.roleBindings.map(holder),
  };
}

/** Returns the natural keys that two objects share. */
export function duplicatesIn(state: SimulatorState): string[] {
  const who = ({ user, group }: { user?: string; group?: string }) => (user ? `user ${user}` : `group ${group}`);
  const keys = [
    ...state.users.map(({ userName }) => `user ${userName}`),
    ...state.groups.map(({ displayName }) => `group ${displayName}`),
    ...state.containerPermissions.map((edge) => `permission of ${who(edge)} on ${edge.container}`),
    ...state.roleBindings.map((edge) => `role ${edge.role} of ${who(edge)}`),
  ].map((key) => key.toLowerCase());
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** Returns the name of a ledger entry's object in the tenant, or undefined when there is no such object. */
export function nameOfEntry(entry: OwnedObject, state: SimulatorState): string | undefined {
  const { kind, id, key, surface } = entry;
  if (surface === 'secret-server') return nameOnSecretServer(entry, state);
  const who = nameIn(state, key.principalId);
  switch (kind) {
    case 'user':
      return state.users.find((user) => user.id === id)?.userName;
    case 'group':
      return state.groups.find((group) => group.id === id)?.displayName;
    case 'container-permission': {
      const edge = rightIn(state, key);
      return edge?.id === id ? `${who} on ${edge?.container}` : undefined;
    }
    case 'role-binding':
      return state.roleBindings.some((edge) => edge.role === key.role && (edge.user ?? edge.group) === who)
        ? `${who} is ${key.role}`
        : undefined;
    default:
      throw new Error(`unknown kind ${kind}`);
  }
}

/** Returns the name of an entry with an id of Secret Server. The state has other ids, except those of permissions. */
function nameOnSecretServer({ kind, id, key }: OwnedObject, state: SimulatorState): string | undefined {
  switch (kind) {
    case 'user':
      return state.users.find(({ userName }) => userName === key.userName)?.userName;
    case 'group':
      return state.groups.find(({ displayName }) => displayName === key.displayName)?.displayName;
    case 'container-permission': {
      const edge = state.containerPermissions.find((candidate) => candidate.id === id);
      return edge && `${edge.user ?? edge.group} on ${edge.container}`;
    }
    default:
      return state.roleBindings.some(({ role }) => role === key.role) ? `a holder of ${key.role}` : undefined;
  }
}

/** Returns the right of a principal on a container, both given by id. */
export function rightIn(state: SimulatorState, { container, principalId }: Values) {
  const folder = state.containers.find(({ id }) => id === container)?.name;
  const who = nameIn(state, principalId);
  return state.containerPermissions.find((edge) => edge.container === folder && (edge.user ?? edge.group) === who);
}

function nameIn({ users, groups }: SimulatorState, id: unknown): string | undefined {
  return users.find((user) => user.id === id)?.userName ?? groups.find((group) => group.id === id)?.displayName;
}

/**
 * Returns a ledger as lines without ids, which can be compared between tenants. A consent of the command line is omitted,
 * since it is valid for its run only.
 */
export function ledgerLines(entries: Iterable<OwnedObject>, state: SimulatorState): string[] {
  return [...entries]
    .map((entry) => {
      const { address, surface, onRemoval, reactivated } = entry;
      const consent = reactivated?.startsWith('command line, ') ? undefined : reactivated;
      return JSON.stringify([address, surface, nameOfEntry(entry, state) ?? 'nothing', onRemoval, consent]);
    })
    .sort();
}

/** Returns the lines of the first list that the second lacks. */
export function difference(these: readonly string[], those: readonly string[]): string[] {
  return these.filter((line) => !those.includes(line));
}
