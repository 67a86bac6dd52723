import type { Directory } from './directory.js';
import { type MemberType, RIGHTS, type Right, SECRET_RIGHTS, type SecretRight } from './records.js';

/** A user or a group by name; exactly one of the two is set. */
export interface Principal {
  readonly user?: string;
  readonly group?: string;
}

export function principalNamed(directory: Directory, { user, group }: Principal): [MemberType, string] {
  if ((user === undefined) === (group === undefined)) throw new Error('Give exactly one of user and group.');
  return user === undefined ? ['Group', groupNamed(directory, group!)] : ['User', userNamed(directory, user)];
}

export function memberNamed(directory: Directory, name: string): [string, MemberType] {
  return name.startsWith('group:')
    ? [groupNamed(directory, name.slice(6)), 'Group']
    : [userNamed(directory, name), 'User'];
}

export function userNamed(directory: Directory, name: string): string {
  return known(directory.users.byName(name)[0], 'user', name).id;
}

export function groupNamed(directory: Directory, name: string): string {
  return known(directory.groups.byName(name)[0], 'group', name).id;
}

export function containerNamed(directory: Directory, name: string): string {
  return known(directory.containers.byName(name)[0], 'container', name).id;
}

export function rightNamed(name: string): Right {
  return known(
    RIGHTS.find((right) => right === name),
    'right',
    name,
  );
}

export function secretRightNamed(name: string | undefined): SecretRight | undefined {
  const right = SECRET_RIGHTS.find((candidate) => candidate === name);
  return name === undefined ? undefined : known(right, 'secret right', name);
}

function known<Found>(found: Found | undefined, kind: string, name: string): Found {
  if (found === undefined) throw new Error(`The simulated tenant has no ${kind} '${name}'. Add it to the data.`);
  return found;
}
