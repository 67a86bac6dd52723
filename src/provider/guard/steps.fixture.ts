import type { GuardEvidence, Operation, Plan, ResourceChange, Step } from '../model/plan.js';
import type { Principal } from '../model/principal.js';
import type { LiveDirectory } from '../read/directory.js';

/** Returns a step as the planner makes it. */
export function stepOf(kind: string, operation: Operation, more: Partial<Step> & { key: string }): Step {
  return {
    kind,
    operation,
    surface: 's',
    label: more.key,
    desired: {},
    before: {},
    changed: [],
    after: [],
    ...more,
  };
}

/** Returns the steps of several users, by position. @param from the first position */
export function userSteps(operation: Operation, count: number, from = 0): Step[] {
  return Array.from({ length: count }, (_, index) =>
    stepOf('user', operation, { key: `user${from + index}@example.com`, id: `id${from + index}` }),
  );
}

/** Returns a step of the group sre that changes its members. */
export function groupStep(before: readonly string[], after: readonly string[], operation: Operation = 'update'): Step {
  return stepOf('group', operation, {
    key: 'sre',
    before: { members: before },
    desired: operation === 'update' ? { members: after } : {},
    changed: ['members'],
  });
}

/** Returns a step of a permission on the container with id 7. */
export function permissionStep(
  operation: Operation,
  key: string,
  principalId: string,
  right = 'View',
  principalType = 'user',
): Step {
  return stepOf('container-permission', operation, {
    key,
    before: { container: '7', principalType, principalId, right },
  });
}

function changeOf(step: Step): ResourceChange {
  return { address: step.key, delinea: step } as ResourceChange;
}

/** Returns the parts of a plan that the guards read. */
export function planOf(
  steps: readonly Step[],
  names: Plan['delinea']['names'] = {},
  evidence: Partial<GuardEvidence> = {},
): Plan {
  return {
    resource_changes: steps.map(changeOf),
    delinea: { names, evidence: { orphans: [], protectedInside: {}, unread: [], ...evidence } },
  } as unknown as Plan;
}

/**
 * Returns a directory made of data: groups by name with their members; any other name is a user. Records its reads in
 * `asked`.
 */
export function directoryOf(
  groups: Readonly<Record<string, readonly string[]>>,
  active: readonly string[] = [],
): LiveDirectory & { asked: string[] } {
  const asked: string[] = [];
  const principal = (id: string): Principal => ({ kind: id in groups ? 'group' : 'user', id });
  return {
    asked,
    groups: async () => {
      asked.push('groups');
      return Object.entries(groups).map(([name, members]) => ({
        ...principal(name),
        name,
        members: members.map(principal),
      }));
    },
    members: async ({ id }) => {
      asked.push(`members of ${id}`);
      return (groups[id] ?? []).map(principal);
    },
    active: async ({ kind, id }) => {
      asked.push(`active ${id}`);
      return kind === 'user' && active.includes(id);
    },
  };
}

export function userIn(id: string): Principal {
  return { kind: 'user', id };
}

export function groupIn(id: string): Principal {
  return { kind: 'group', id };
}
