import { type ResourceChange, stepsOf } from '../model/plan.js';
import { isNamed, type NamedObject } from '../plan/look-alikes.js';
import { stepRefs } from '../plan/step-refs.js';
import { addressOf, type ResourceInstance } from './instance.js';
import type { SessionContext } from './session-context.js';
import type { Warning } from './warnings.js';

/** Warns of names that an instance declares or refers to and that a reader takes for others. Sends nothing. */
export async function lookAlikeWarnings(
  { shared, lookAlikes }: SessionContext,
  instance: ResourceInstance,
  change: ResourceChange,
): Promise<Warning[]> {
  if (!instance.declared) return [];
  const own = ownName(instance);
  for (const named of own) await lookAlikes.add(named);
  await lookAlikes.addRead(shared.snapshot);
  const names = shared.translator.export(stepsOf({ resource_changes: [change] }).flatMap(stepRefs));
  const used = Object.entries(names).flatMap(([kind, byId]) =>
    Object.values(byId).map(({ name }): NamedObject => ({ kind, name })),
  );
  for (const named of used) await lookAlikes.add(named);
  const findings = [];
  for (const named of [...own, ...used]) findings.push(...(await lookAlikes.findingsOf(named)));
  const groupMessage = 'has a name that may be taken for another';
  return findings.map(({ message, hint }) => ({ message, groupMessage, hint }));
}

/** Returns the name that an instance declares; none for an edge, and none that is not known yet. */
export function ownName({ resource, declared = {} }: ResourceInstance): NamedObject[] {
  const name = declared[resource.key[0]!];
  if (!isNamed(resource) || typeof name !== 'string') return [];
  return [{ kind: resource.type, name, address: addressOf({ resource }, declared) }];
}
