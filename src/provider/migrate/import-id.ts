import type { Attribute } from '../model/attribute.js';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/** The possible meanings of an import text. The natural key is looked up first, then the id. */
export interface ImportId {
  readonly id: string;
  /** The natural key, with names or ids; unset if the text cannot be a key. */
  readonly key?: Values;
}

/**
 * Returns the text by which `terraform import` finds a managed object: its id; for an edge its natural key, because its
 * id changes with its right; for an authoritative set its scope.
 * @param entry the object, or any edge of the set
 */
export function importIdOf(resource: Resource, { id, key }: Pick<OwnedObject, 'id' | 'key'>): string {
  if (resource.authoritativeFor) return String(key[resource.authoritativeFor.scope]);
  return isEdge(resource) ? resource.key.map((name) => key[name]).join(',') : id;
}

/**
 * Reads an import text, such as `Production,group,Auditors`. A container's name may contain commas, so the last `user`
 * or `group` between commas marks its end.
 */
export function readImportId(resource: Resource, text: string): ImportId {
  const [first = ''] = resource.key;
  if (!isEdge(resource)) return { id: text, key: { [first]: text } };
  const ends = endsIn(resource, text);
  return ends ? { id: text, key: ends } : { id: text };
}

/**
 * Returns the accepted form of an import text for messages: `<container>,user|group,<user_name, display_name or id>`.
 */
export function importForm(resource: Resource): string {
  const first = snakeCase(resource.key[0]!);
  if (resource.authoritativeFor) return `the ${first}, as in a declaration`;
  if (resource.namedBy?.parent !== undefined) return `its ${first}, its path or its id`;
  if (!isEdge(resource)) return `its ${first}, or its id`;
  const [, kinds, ends] = resource.key.map((name) => attributeOf(resource, name));
  const names = ends!.refersTo.map((kind) => snakeCase(resourceOf(kind).key[0]!));
  return `<${first}>,${kinds!.allowed!.join('|')},<${names.join(', ')} or id>, or its id`;
}

function endsIn({ key, attributes }: Resource, text: string): Values | undefined {
  const [first = '', by = '', principal = ''] = key;
  const { allowed = [] }: Partial<Attribute> = attributes.find(({ name }) => name === by) ?? {};
  const anchors = allowed.map((kind) => ({ kind, at: text.lastIndexOf(`,${kind},`) }));
  const last = anchors.reduce((left, right) => (right.at > left.at ? right : left), { kind: '', at: 0 });
  const rest = text.slice(last.at + last.kind.length + 2);
  if (last.at === 0 || rest === '') return undefined;
  return { [first]: text.slice(0, last.at), [by]: last.kind, [principal]: rest };
}
