import type { Declaration, Plan } from '../../../src/provider/index.js';
import { bind, grant, group, membersOf, user } from '../tenant/declare.js';
import { allGrants } from '../tenant/declare-sets.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../tenant/workbench.js';

// biome-ignore lint/suspicious/noExplicitAny: tampering with a plan needs no types
export type Tampered = any;

const jane = user('jane', { title: 'SRE' });
const [bob, kim, tom, ann] = [user('bob'), user('kim'), user('tom'), user('ann')];

const before = [
  jane,
  bob,
  kim,
  tom,
  group('sre', membersOf(jane, kim)),
  allGrants('prod', 'prod', [
    [jane, 'Owner'],
    [kim, 'View'],
  ]),
  bind('auditor', 'Auditor', bob),
];

/** Creates Ann and grants to her, enables Tom, disables Bob, and changes Jane, the group and the authoritative set. */
export const after: readonly Declaration[] = [
  user('jane', { title: 'Lead' }),
  kim,
  tom,
  ann,
  group('sre', membersOf(jane, ann)),
  allGrants('prod', 'prod', [
    [jane, 'Owner'],
    [ann, 'Edit'],
  ]),
  grant('test', 'test', ann, 'View'),
];

/** A tenant with a saved plan that has every operation of an everyday change. */
export interface ReviewedScenario {
  readonly bench: Workbench;
  /** The saved plan. */
  readonly plan: Tampered;
  /** Makes the plan that an apply of a saved plan runs. */
  again(reviewed: Plan, declarations?: readonly Declaration[]): Promise<Plan>;
  /** Returns the id of a user who is not managed. */
  mallory(): string;
}

/** @param provider settings of the provider block */
export async function openReviewedScenario(provider: WorkbenchOptions['provider'] = {}): Promise<ReviewedScenario> {
  const bench = await openWorkbench({
    provider,
    data: { users: [{ userName: 'mallory@example.com' }], containers: ['prod', 'test'], roles: ['Auditor'] },
  });
  await bench.converge(before);
  bench.sim.admin.setActive('tom@example.com', false);
  const consent = { reactivate: ['tom@example.com'] };
  return {
    bench,
    plan: JSON.parse(JSON.stringify(await bench.plan(after, consent))),
    again: (reviewed, declarations = after) => bench.plan(declarations, { ...consent, reviewed }),
    mallory: () => bench.sim.state().users.find(({ userName }) => userName === 'mallory@example.com')!.id,
  };
}

/** Returns everything that an apply does. */
export function effectsOf(plan: Plan): string {
  return JSON.stringify([plan.resource_changes, plan.delinea.names]);
}
