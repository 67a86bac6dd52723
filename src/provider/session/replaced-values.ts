import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { ResourceChange, Step } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { isCleared } from '../model/values.js';
import { valueText } from '../model/visible.js';
import { edgeLabel } from '../read/edges.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { edgeResourceOf, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

/** Returns the live access, members and values that a change takes away or replaces, as sorted text. */
export async function replacedValues(reader: TenantReader, { delinea }: ResourceChange): Promise<string[]> {
  const steps = (delinea.edgeSteps ?? [delinea]).filter(({ operation }) => operation !== 'none');
  return (await Promise.all(steps.map((step) => replacedBy(reader, step)))).flat().sort();
}

async function replacedBy(reader: TenantReader, step: Step): Promise<string[]> {
  const { kind, operation, before, changed } = step;
  const resource = resourceOf(kind);
  if (operation === 'revoke') return [await labelOfEdge(reader, step)];
  const texts = changed.map(async (name) => {
    const { sensitive } = attributeOf(resource, name);
    if (isCleared(before[name] ?? null)) return [];
    if (memberLists(resource).includes(name)) return leaving(reader, step, name);
    if (isEdge(resource) && resource.label.includes(`{${name}}`)) return [await labelOfEdge(reader, step)];
    return [sensitive ? snakeCase(name) : `${snakeCase(name)} = ${valueText(before[name])}`];
  });
  return (await Promise.all(texts)).flat();
}

async function labelOfEdge(reader: TenantReader, { kind, before, desired }: Step): Promise<string> {
  const values = { ...desired, ...before };
  await reader.translator.loadEnds(edgeResourceOf(kind), values);
  return edgeLabel(reader, kind, values);
}

/** Returns the names of the members that leave a list. */
async function leaving({ translator }: TenantReader, step: Step, name: string): Promise<string[]> {
  const kept = new Set(step.desired[name] as readonly unknown[] | null | undefined);
  const gone = (step.before[name] as readonly string[]).filter((id) => !kept.has(id));
  const kinds = attributeOf(resourceOf(step.kind), name).refersTo;
  return Promise.all(
    gone.map(async (id) => {
      await translator.load({ kinds, id });
      return `member ${translator.nameOf(kinds, id) ?? id}`;
    }),
  );
}
