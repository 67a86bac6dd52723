import { foldCase } from '../model/fold-case.js';
import { nameIn } from '../model/object-names.js';
import type { Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { memberKinds, principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { reducesRight, removedMembers, removes, renames } from './reductions.js';
import type { GuardInput, Refusal } from './refusal.js';

/**
 * Refuses steps by which the account of this run or a protected principal would lose access, directly or through a
 * group, unless the allowance names it.
 */
export function protectedLosses({ steps, evidence, names }: GuardInput, protectedNames: readonly string[]): Refusal[] {
  const guarded = new Map(protectedNames.map((name) => [foldCase(name), name]));
  const refusals = (principal: Principal, what: string, step: Step): Refusal[] => {
    const { kind, id } = principal;
    const shown = nameIn(names, [kind], id);
    const own = guarded.get(foldCase(shown));
    const inside = (evidence.protectedInside[principalKey(principal)] ?? []).map((name) => ({
      name,
      message: `${name} ${what} (through ${shown ?? id})`,
    }));
    return [...(own === undefined ? [] : [{ name: own, message: `${own} ${what}` }]), ...inside].map((refusal) => ({
      guard: 'protected principal',
      steps: [step.key],
      ...refusal,
    }));
  };
  return steps.flatMap((step) => {
    // A list shows no kinds: where a user and a group have one id, either may be the member that leaves.
    const kinds = memberKinds(resourceOf(step.kind));
    const left = removedMembers(step).flatMap((id) =>
      kinds.flatMap((kind) => refusals({ kind, id }, `would leave ${step.label}`, step)),
    );
    const principal = principalOf(step.kind, step.before);
    if (principal) return reducesRight(step) ? refusals(principal, `would lose ${step.label}`, step) : [];
    // If a step also renames the object, its label is the new name: check the old one as well.
    const called = [step.label, ...resourceOf(step.kind).key.map((name) => step.before[name])];
    const own = called.map((name) => guarded.get(foldCase(name))).find((name) => name !== undefined);
    const loss = lossOf(step);
    if (loss === undefined || own === undefined) return left;
    return [
      ...left,
      { guard: 'protected principal', steps: [step.key], name: own, message: `${own} would be ${loss}` },
    ];
  });
}

/** Returns the loss of an object, as text. A rename counts, because the settings protect objects by name. */
function lossOf(step: Step): string | undefined {
  if (removes(step)) return 'disabled or removed';
  return renames(step) ? 'renamed' : undefined;
}
