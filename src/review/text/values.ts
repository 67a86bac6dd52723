import {
  type Attribute,
  isReference,
  kindsMeant,
  nameIn,
  type Plan,
  quoted,
  snakeCase,
  type Values,
  visible,
} from '../../provider/index.js';

/** Names of the objects in a plan, for ids and for references to objects that do not exist yet. */
export class Names {
  private readonly labels: ReadonlyMap<string, string>;

  constructor(private readonly plan: Plan) {
    this.labels = new Map(plan.resource_changes.map(({ address, delinea }) => [address, delinea.label]));
  }

  /** Returns the name for an id or a reference, or the text itself. @param kinds the kinds that an id may be of */
  of(value: unknown, kinds: readonly string[]): string {
    if (isReference(value)) {
      const label = this.labels.get(value.ref);
      return label === undefined ? `(${visible(value.ref)}, known after apply)` : `${quoted(label)} (new)`;
    }
    const text = String(value);
    return quoted(nameIn(this.plan.delinea.names, kinds, text) ?? text);
  }
}

/** Returns the value of an attribute on one line. @param values all values of the object: one may hold the kind of an id */
export function inline(attribute: Attribute, values: Values, names: Names): string {
  const value = values[attribute.name];
  if (attribute.sensitive) return '(sensitive value)';
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => element(attribute, item, names)).join(', ')}]`;
  if (attribute.refersTo.length > 0 || isReference(value)) return names.of(value, kindsMeant(attribute, values));
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Returns an element of a list: a string, a name, or `{ value = "…" }`. */
export function element(attribute: Attribute, item: unknown, names: Names): string {
  if (attribute.type !== 'objects' || isReference(item)) {
    return attribute.refersTo.length > 0 || isReference(item)
      ? names.of(item, attribute.refersTo)
      : quoted(String(item));
  }
  const fields = attribute.fields
    .filter(({ name }) => (item as Values)[name] !== undefined)
    .map((field) => `${snakeCase(field.name)} = ${inline(field, item as Values, names)}`);
  return `{ ${fields.join(', ')} }`;
}
