import {
  type Attribute,
  edgeResourceOf,
  isMembership,
  type Plan,
  type Resource,
  resourceOf,
  resources,
  snakeCase,
  terraformType,
  visible,
} from '../../provider/index.js';
import { blockName, hclString, hclValue, type SourceOf, tsString, tsValue } from './code-literals.js';
import type { DriftEdit, DriftItem, NamedObject } from './drift-item.js';

type Item = Pick<DriftItem, 'kind' | 'address' | 'object' | 'attribute' | 'edge'>;

/** Builds the edits that adopt the live state, with names that no declaration has. */
export class Edits {
  private readonly taken: Set<string>;
  private readonly addresses: ReadonlyMap<string, string>;

  constructor({ resource_changes: changes }: Plan) {
    this.taken = new Set(changes.map(({ name }) => name));
    this.addresses = new Map(
      changes.flatMap(({ address, delinea: { kind, id } }) =>
        id !== undefined && /^[a-z_][\w-]*\.[a-z_][\w-]*$/i.test(address) ? [[`${kind} ${id}`, address] as const] : [],
      ),
    );
  }

  /** Returns the edit for an item; undefined if no edit of the code can adopt it. */
  of(item: Item): DriftEdit | undefined {
    switch (item.kind) {
      case 'changed':
        return this.change(item);
      case 'added':
      case 'not in code':
        return item.edge && (item.address === undefined ? this.block(item) : this.element(item, 'add'));
      case 'removed':
        return this.isInList(item) ? removed(item, this.listOf(item)) : removed(item);
      default:
        return undefined;
    }
  }

  private change(item: Item): DriftEdit | undefined {
    const { attribute, address, object } = item;
    if (!attribute || address === undefined) return undefined;
    if (this.isInList(item)) return this.element(item, 'set');
    const resource = resourceOf(object.kind);
    const found = resource.attributes.find(({ name }) => snakeCase(name) === attribute.name);
    if (!found) return undefined;
    const value = attribute.live ?? clearedValue(found);
    if (value === undefined) return undefined;
    return {
      edit: 'set',
      in: attribute.name,
      typescript: `${found.name}: ${tsValue(found, value, this.sourceOf)},`,
      hcl: `${attribute.name} = ${hclValue(found, value, this.sourceOf)}`,
    };
  }

  /** Returns whether the declaration of an edge lists it: a set, or a group. */
  private isInList({ address, edge, object }: Item): boolean {
    return edge !== undefined && address !== undefined && !address.startsWith(`${terraformType(object.kind)}.`);
  }

  private listOf({ address = '', object }: Item): string | undefined {
    const type = address.split('.')[0]!;
    const resource = resourcesOfEdge(object.kind).find((each) => terraformType(each.type) === type);
    return resource && listIn(resource, object.kind);
  }

  private element(item: Item, edit: 'add' | 'set'): DriftEdit | undefined {
    const { edge, object, attribute } = item;
    if (!edge) return undefined;
    const { principal } = edge;
    const list = this.listOf(item);
    const ref = this.tsPrincipal(principal, object.name);
    if (isMembership(edgeResourceOf(object.kind)))
      return { edit, in: list, typescript: `${ref},`, hcl: `${this.hclId(principal)}, # ${visible(principal.name)}` };
    const rights = { ...edge.rights, ...(attribute ? { [camel(attribute.name, object.kind)]: attribute.live } : {}) };
    const ts = Object.entries(rights).map(([name, value]) => `${name}: ${this.tsRight(object.kind, name, value)}`);
    const hcl = Object.entries(rights).map(([name, value]) => `${snakeCase(name)} = ${hclString(String(value))}`);
    const ends = [`principal_type = ${hclString(principal.kind)}`, `principal_id = ${this.hclId(principal)}`];
    // The elements of a list of holders are principals themselves.
    const isBare = Object.keys(rights).length === 0;
    return {
      edit,
      in: list,
      typescript: isBare ? `${ref},` : `{ ${[`principal: ${ref}`, ...ts].join(', ')} },`,
      hcl: `{ ${[...ends, ...hcl].join(', ')} }, # ${visible(principal.name)}`,
    };
  }

  private block({ object, edge }: Item): DriftEdit {
    const { principal, scope, rights } = edge!;
    const resource = edgeResourceOf(object.kind);
    const { scope: on } = resource.edge;
    const name = this.newName(object.name);
    const ts = Object.entries(rights).map(([right, value]) => `${right}: ${this.tsRight(object.kind, right, value)}`);
    const hcl = Object.entries(rights).map(([right, value]) => `  ${snakeCase(right)} = ${hclString(value)}`);
    const isMember = isMembership(resource);
    const props = [
      `${on}: ${isMember ? this.tsPrincipal(scope, `${name} ${on}`) : tsString(scope.id)}`,
      `${isMember ? 'member' : 'principal'}: ${this.tsPrincipal(principal, name)}`,
      ...ts,
    ];
    return {
      edit: 'add',
      typescript: `new ${resource.title}(this, ${tsString(name)}, { ${props.join(', ')} }); // ${visible(object.name)}`,
      hcl: [
        `# ${visible(object.name)}`,
        `resource "${terraformType(object.kind)}" "${name}" {`,
        `  ${snakeCase(on)} = ${this.hclId(scope)}`,
        `  principal_type = ${hclString(principal.kind)}`,
        `  principal_id = ${this.hclId(principal)}`,
        ...hcl,
        '}',
      ].join('\n'),
    };
  }

  private tsPrincipal({ kind, id, name }: NamedObject, near: string): string {
    const { title, key } = resourceOf(kind);
    const construct = tsString(blockName(`${near} ${name}`));
    const [by] = key as [string];
    return name === id
      ? `Delinea${title}.from${title}Id(this, ${construct}, ${tsString(id)})`
      : `Delinea${title}.from${by[0]!.toUpperCase()}${by.slice(1)}(this, ${construct}, ${tsString(name)})`;
  }

  private tsRight(kind: string, name: string, value: unknown): string {
    const attribute = resourceOf(kind).attributes.find((each) => each.name === name)!;
    return tsValue(attribute, value, this.sourceOf);
  }

  private hclId({ kind, id }: NamedObject): string {
    const address = this.addresses.get(`${kind} ${id}`);
    return address === undefined ? hclString(id) : `${address}.id`;
  }

  private newName(label: string): string {
    const base = blockName(label);
    let name = base;
    for (let index = 2; this.taken.has(name); index++) name = `${base}_${index}`;
    this.taken.add(name);
    return name;
  }

  private readonly sourceOf: SourceOf = (kind, id) => this.addresses.get(`${kind} ${id}`);
}

function removed({ address, object }: Item, list?: string): DriftEdit {
  const what = visible(list === undefined ? `the declaration of ${object.name}` : `${object.name} from ${list}`);
  const place = visible(address ?? '');
  return { edit: 'remove', in: list, typescript: `// remove ${what}: ${place}`, hcl: `# remove ${what}: ${place}` };
}

/** Returns the value in code that clears an attribute; undefined if code cannot clear it. */
function clearedValue({ type }: Attribute): unknown {
  if (type === 'string') return '';
  return type === 'strings' || type === 'objects' ? [] : undefined;
}

function resourcesOfEdge(kind: string): Resource[] {
  return resources.filter((resource) => listIn(resource, kind) !== undefined);
}

function listIn({ authoritativeFor, lists = [] }: Resource, kind: string): string | undefined {
  const elements = authoritativeFor?.edge === kind ? authoritativeFor.elements : undefined;
  return elements ?? lists.find(({ edge }) => edge === kind)?.elements;
}

function camel(name: string, kind: string): string {
  return resourceOf(kind).attributes.find((each) => snakeCase(each.name) === name)?.name ?? name;
}
