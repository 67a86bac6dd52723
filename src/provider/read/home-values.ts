import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/** A live object's values with references to users, groups and containers as ids of their home surfaces. */
export async function homeValues(
  planning: TenantReader,
  kind: string,
  live: RemoteObject,
  only?: readonly string[],
): Promise<Values> {
  const { resource, surface } = planning.tenant.collection(kind);
  const values: Record<string, unknown> = { ...live.values };
  // Most attributes are no references, and a plan asks this of every object.
  const references = resource.attributes.filter(({ refersTo }) => refersTo.length > 0 && !areNames(refersTo));
  const translated = references.map(async (attribute) => {
    const { name } = attribute;
    const value = values[name] ?? null;
    if (value === null || (only && !only.includes(name))) return;
    const by = attribute.refersBy === undefined ? undefined : live.values[attribute.refersBy];
    const translate = (id: unknown) => {
      const about = live.about?.[String(id)];
      const hinted = by ?? about?.kind;
      const kinds = attribute.refersTo.filter((candidate) => hinted === undefined || candidate === hinted);
      return planning.translator.toHome(
        kinds.length > 0 ? kinds : attribute.refersTo,
        String(id),
        surface,
        about?.display,
      );
    };
    values[name] = Array.isArray(value) ? await Promise.all(value.map(translate)) : await translate(value);
  });
  await Promise.all(translated);
  return values;
}

/** Role names are no ids: they are the same everywhere. */
function areNames(kinds: readonly string[]): boolean {
  return kinds.every((kind) => resourceOf(kind).referredBy !== undefined);
}
