import {
  type AccessChange,
  edgeEnds,
  endsKey,
  type Principal,
  principalKey,
  resourceOf,
  WITHOUT_WRITE,
} from '../../provider/index.js';
import type { ReviewedStep } from './reviewed-plan.js';

/** Finds the declaration that causes a change of access. */
export class Causes {
  /** Addresses of the steps that change something, by the object or the ends of the edge. */
  private readonly addresses = new Map<string, string>();

  constructor(steps: readonly ReviewedStep[]) {
    for (const step of steps) {
      const key = WITHOUT_WRITE.has(step.operation) ? undefined : keyOf(step);
      if (key !== undefined && step.address !== undefined && !this.addresses.has(key))
        this.addresses.set(key, step.address);
    }
  }

  /** Returns the address of the step that changes the path of an access: its grant, a group on it, or an end of it. */
  of({ principal, scope, route: { through, grant, inheritedFrom } }: AccessChange): string | undefined {
    const path = [principal, ...through];
    return this.first([
      endsKey(grant.principal, grant.scope),
      ...path.slice(1).map((group, index) => endsKey(path[index]!, group)),
      ...through.map(principalKey),
      principalKey(principal),
      principalKey(scope),
      ...(inheritedFrom ? [principalKey(inheritedFrom)] : []),
    ]);
  }

  /** Returns the address of the step that changes an object. */
  ofObject(object: Principal): string | undefined {
    return this.first([principalKey(object)]);
  }

  private first(keys: readonly string[]): string | undefined {
    const found = keys.find((key) => this.addresses.has(key));
    return found === undefined ? undefined : this.addresses.get(found);
  }
}

function keyOf(step: ReviewedStep): string | undefined {
  const { kind, key, id = key } = step;
  if (resourceOf(kind).edge === undefined) return principalKey({ kind, id });
  const ends = edgeEnds(step);
  return ends && endsKey(ends.principal, ends.scope);
}
