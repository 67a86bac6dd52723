/**
 * The access of a real organisation as code: about 1,250 people, 284 groups, 156 rights on 78 folders, 10 admins.
 *
 * ORG_DATA     which month's file to read, 2026-07 (the default) or 2026-08
 * ORG_WITHOUT  a userName to leave out, with memberships and roles: what removing somebody does
 *
 * The tenant and the credentials come from the environment: DELINEA_URL, DELINEA_CLIENT_ID, DELINEA_CLIENT_SECRET, ...
 */
import { readFileSync } from 'node:fs';
import { App, TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaProvider, DelineaUser, type Right } from 'delinea-iac';

interface Organisation {
  readonly users: readonly { readonly userName: string }[];
  readonly groups: readonly {
    readonly displayName: string;
    readonly description?: string;
    readonly members: readonly string[];
    readonly previously?: readonly string[];
  }[];
  readonly containerPermissions: readonly {
    readonly container: string;
    readonly group: string;
    readonly right: Right;
  }[];
  readonly roleBindings: readonly { readonly role: string; readonly user: string }[];
}

const month = process.env.ORG_DATA ?? '2026-07';
const without = process.env.ORG_WITHOUT?.toLowerCase();
const file = new URL(`data/${month}.json`, import.meta.url);
const organisation = JSON.parse(readFileSync(file, 'utf8')) as Organisation;

const app = new App();
const stack = new TerraformStack(app, 'kubernetes-org');
new DelineaProvider(stack, 'delinea');

/** The files write nine people in two cases; the tenant takes them for one, and so does this. */
const people = new Map<string, DelineaUser>();
for (const { userName } of organisation.users) {
  const key = userName.toLowerCase();
  if (key !== without) people.set(key, new DelineaUser(stack, key.replace(/@.*/, ''), { userName }));
}

function person(userName: string): DelineaUser[] {
  const key = userName.toLowerCase();
  if (key === without) return [];
  const found = people.get(key);
  if (!found) throw new Error(`${userName} is not among the users`);
  return [found];
}

const groups = new Map(
  organisation.groups.map(({ displayName, description, members, previously }) => {
    const group = new DelineaGroup(stack, displayName, {
      displayName,
      ...(description === undefined ? {} : { description }),
      ...(previously ? { previousNames: [...previously] } : {}),
      members: members.flatMap(person),
    });
    return [displayName, group] as const;
  }),
);

for (const { container, group, right } of organisation.containerPermissions) {
  const holder = groups.get(group);
  if (!holder) throw new Error(`${group} is not among the groups`);
  holder.grant(container, right);
}

for (const { role, user } of organisation.roleBindings) {
  for (const holder of person(user)) holder.bindRole(role);
}

app.synth();
