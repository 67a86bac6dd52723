import { type Plan, pendingChanges } from '../../../src/provider/index.js';
import type { SimulatorData, SimulatorState } from '../../../src/simulator/index.js';

/** Returns the steps of a plan, one line each: `update group sre`. */
export function stepsOf(plan: Plan): string[] {
  return pendingChanges(plan)
    .map(({ delinea }) => `${delinea.operation} ${delinea.kind} ${delinea.label}`)
    .sort();
}

/** Returns the findings of a plan, one line each: `error not_ours delinea_user.jane`. */
export function findingsOf(plan: Plan): string[] {
  return plan.delinea.findings.map(({ level, code, address }) => [level, code, address].filter(Boolean).join(' '));
}

/** Returns the failures of an apply as `ADDRESS CODE`. */
export function failuresOf(result: { failures: readonly { address: string; error: { code: string } }[] }): string[] {
  return result.failures.map(({ address, error }) => `${address} ${error.code}`);
}

/** Returns users, groups, memberships and rights by name, one line each, to compare a tenant with a model. */
export function factsOf({
  users = [],
  groups = [],
  containerPermissions = [],
  roleBindings = [],
}: SimulatorData): string[] {
  const fold = (name: string) => name.toLowerCase();
  const who = (edge: { user?: string; group?: string }) =>
    edge.user ? fold(edge.user) : `group:${fold(edge.group ?? '')}`;
  return [
    ...users.map(({ userName, active = true }) => `user ${fold(userName)} ${active ? 'active' : 'disabled'}`),
    ...groups.map(({ displayName, description }) => `group ${fold(displayName)}: ${description ?? ''}`),
    ...groups.flatMap(({ displayName, members = [] }) =>
      members.map((member) => `${fold(member)} in ${fold(displayName)}`),
    ),
    ...containerPermissions.map(({ container, right, ...edge }) => `${who(edge)} has ${right} on ${fold(container)}`),
    ...roleBindings.map(({ role, ...edge }) => `${who(edge)} is ${role}`),
  ].sort();
}

export function userOf(state: SimulatorState, name: string) {
  const found = state.users.filter(({ userName }) => userName.toLowerCase() === `${name}@example.com`);
  if (found.length !== 1) throw new Error(`${found.length} users are called ${name}`);
  return found[0]!;
}

export function groupOf(state: SimulatorState, name: string) {
  const found = state.groups.filter(({ displayName }) => displayName === name);
  if (found.length !== 1) throw new Error(`${found.length} groups are called ${name}`);
  return found[0]!;
}
