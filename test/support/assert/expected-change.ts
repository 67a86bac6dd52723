import { type Declaration, isReference, nameIn, type Plan, pendingChanges } from '../../../src/provider/index.js';
import type { Organisation } from '../generate/organisation.js';
import { factsOf } from './facts.js';

/**
 * Returns the steps from one model to the other, in the format of `stepsOf`. It is computed from the models alone,
 * without the product's comparison, so that mistakes of the product are found.
 */
export function expectedSteps(before: Organisation, after: Organisation): string[] {
  const fold = (name: string) => name.toLowerCase();
  const byName = <T>(items: readonly T[], name: (item: T) => string) =>
    new Map(items.map((item) => [fold(name(item)), item]));
  const steps: string[] = [];

  const people = [
    byName(before.users, ({ userName }) => userName),
    byName(after.users, ({ userName }) => userName),
  ] as const;
  for (const [key, { userName }] of people[1]) if (!people[0].has(key)) steps.push(`create user ${userName}`);
  for (const [key, { userName }] of people[0]) if (!people[1].has(key)) steps.push(`deactivate user ${userName}`);

  const groups = [
    byName(before.groups, ({ displayName }) => displayName),
    byName(after.groups, ({ displayName }) => displayName),
  ] as const;
  for (const [key, group] of groups[1]) {
    const old = groups[0].get(key);
    if (!old) {
      steps.push(`create group ${group.displayName}`);
      continue;
    }
    const same =
      (old.description ?? '') === (group.description ?? '') && setText(old.members) === setText(group.members);
    if (!same) steps.push(`update group ${group.displayName}`);
  }
  for (const [key, { displayName, members }] of groups[0]) {
    if (!groups[1].has(key)) steps.push(`${members.length > 0 ? 'deactivate' : 'forget'} group ${displayName}`);
  }

  const edge = (kind: string, old: Map<string, string>, wanted: Map<string, string>, change: string) => {
    for (const [scope, what] of wanted) {
      const had = old.get(scope);
      if (had === undefined) steps.push(`create ${kind} ${what} ${scope}`);
      else if (had !== what) steps.push(`${change} ${kind} ${what} ${scope}`);
    }
    for (const [scope, what] of old) if (!wanted.has(scope)) steps.push(`revoke ${kind} ${what} ${scope}`);
  };
  const rights = ({ containerPermissions }: Organisation) =>
    new Map(
      containerPermissions.map(({ container, user, group, right }) => [`of ${user ?? group} on ${container}`, right]),
    );
  edge('container-permission', rights(before), rights(after), 'replace');
  const roles = ({ roleBindings }: Organisation) =>
    new Map(roleBindings.map(({ role, user, group }) => [`${role} of ${user ?? group}`, '']));
  for (const scope of roles(after).keys()) if (!roles(before).has(scope)) steps.push(`create role-binding ${scope}`);
  for (const scope of roles(before).keys()) if (!roles(after).has(scope)) steps.push(`revoke role-binding ${scope}`);
  return steps.sort();
}

function setText(names: readonly string[]): string {
  return [...new Set(names.map((name) => name.toLowerCase()))].sort().join();
}

/** Returns the expected facts after the change: the new model, removed users disabled, removed groups emptied. */
export function expectedFacts(before: Organisation, after: Organisation): string[] {
  const gone = <T>(old: readonly T[], now: readonly T[], name: (item: T) => string) => {
    const names = new Set(now.map((item) => name(item).toLowerCase()));
    return old.filter((item) => !names.has(name(item).toLowerCase()));
  };
  const left = {
    users: gone(before.users, after.users, ({ userName }) => userName).map(({ userName }) => ({
      userName,
      active: false,
    })),
    groups: gone(before.groups, after.groups, ({ displayName }) => displayName).map((group) => ({
      ...group,
      members: [],
    })),
  };
  return [...factsOf(dataOf(after)), ...factsOf(dataOf(left))].sort();
}

function dataOf(part: Partial<Organisation>) {
  return structuredClone(part) as Parameters<typeof factsOf>[0];
}

/** Returns the membership changes of a plan per group: `sre +jane@example.com -tom@example.com`. */
export function membershipChanges(plan: Plan, declarations: readonly Declaration[]): string[] {
  const names = new Map(
    declarations.map(({ address, values }) => [address, String(values.userName ?? values.displayName)]),
  );
  const nameOf = (member: unknown) =>
    (isReference(member)
      ? names.get(member.ref)
      : nameIn(plan.delinea.names, ['user', 'group'], String(member))
    )?.toLowerCase();
  const updates = pendingChanges(plan).filter(
    ({ delinea }) => delinea.kind === 'group' && delinea.changed.includes('members'),
  );
  return updates
    .map(({ delinea }) => {
      const [old, wanted] = [delinea.before.members, delinea.desired.members].map(
        (list) => new Set(((list ?? []) as unknown[]).map(nameOf)),
      );
      return [delinea.label, ...marked('+', wanted!, old!), ...marked('-', old!, wanted!)].join(' ');
    })
    .sort();
}

/** Returns the membership changes between two models, in the same format. */
export function expectedMembershipChanges(before: Organisation, after: Organisation): string[] {
  const old = new Map(before.groups.map(({ displayName, members }) => [displayName, setOf(members)]));
  return after.groups
    .flatMap(({ displayName, members }) => {
      const had = old.get(displayName);
      if (!had) return [];
      const changes = [...marked('+', setOf(members), had), ...marked('-', had, setOf(members))];
      return changes.length > 0 ? [[displayName, ...changes].join(' ')] : [];
    })
    .sort();
}

function setOf(names: readonly string[]): Set<string | undefined> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function marked(
  sign: string,
  these: ReadonlySet<string | undefined>,
  those: ReadonlySet<string | undefined>,
): string[] {
  return [...these]
    .filter((name) => !those.has(name))
    .map((name) => `${sign}${name}`)
    .sort();
}
