import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/**
 * Returns the values of a live object with references to users, groups and containers as ids of their home surfaces.
 * @param only the attributes to translate; unset: all
 */
export async function homeValues(
  reader: TenantReader,
  kind: string,
  live: RemoteObject,
  only?: readonly string[],
): Promise<Values> {
  const { resource, surface } = reader.tenant.collection(kind);
  const values: Record<string, unknown> = { ...live.values };
  const references = resource.attributes.filter(({ refersTo }) => refersTo.length > 0 && !areNames(refersTo));
  const translated = references.map(async ({ name, refersTo, refersBy }) => {
    const value = values[name] ?? null;
    if (value === null || (only && !only.includes(name))) return;
    const chosen = refersBy === undefined ? undefined : live.values[refersBy];
    const translate = (id: unknown) => {
      const about = live.about?.[name]?.[String(id)];
      const shown = chosen ?? about?.kind;
      const kinds = refersTo.filter((candidate) => shown === undefined || candidate === shown);
      return reader.translator.toHome(kinds.length > 0 ? kinds : refersTo, String(id), surface, about?.display);
    };
    values[name] = Array.isArray(value) ? await Promise.all(value.map(translate)) : await translate(value);
  });
  await Promise.all(translated);
  return values;
}

/**
 * Returns the kind of a principal that a list shows by id only: the kind that was read under this id, else the first.
 */
export function principalKindOf(reader: TenantReader, kinds: readonly string[], homeId: string): string {
  return (
    reader.translator.kindOf(kinds, homeId) ??
    kinds.find((kind) => reader.snapshot.view(kind).seen(homeId)) ??
    kinds[0]!
  );
}

/** Role names are the same on every surface, so they need no translation. */
function areNames(kinds: readonly string[]): boolean {
  return kinds.every((kind) => resourceOf(kind).referredBy !== undefined);
}
