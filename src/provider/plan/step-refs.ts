import { type ObjectRef, objectRefs } from '../model/object-refs.js';
import type { Step } from '../model/plan.js';
import { resourceOf } from '../resources/index.js';

/** Returns the objects that the attributes of a step refer to, before or after it. */
export function stepRefs({ kind, before, desired }: Step): ObjectRef[] {
  const { attributes } = resourceOf(kind);
  return [before, desired].flatMap((values) => objectRefs(attributes, { ...before, ...desired, ...values }));
}

/** Returns the object of a step and those that its attributes refer to. */
export function stepObjects(step: Step): ObjectRef[] {
  return [...(step.id === undefined ? [] : [{ kinds: [step.kind], id: step.id }]), ...stepRefs(step)];
}
