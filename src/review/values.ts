import { type Attribute, isReference, type Plan, snakeCase, type Values } from '../provider/index.js';
import { quoted } from './visible.js';

/** Names of the objects in a plan, for ids and for references to objects that do not exist yet. */
export class Names {
  private readonly labels: ReadonlyMap<string, string>;

  constructor(private readonly plan: Plan) {
    this.labels = new Map(plan.resource_changes.map(({ address, delinea }) => [address, delinea.label]));
  }

  /** Returns the name for an id or a reference, or the text itself. */
  of(value: unknown): string {
    if (isReference(value)) {
      const label = this.labels.get(value.ref);
      return label === undefined ? `(${value.ref}, known after apply)` : `${quoted(label)} (new)`;
    }
    const text = String(value);
    const known = this.plan.delinea.names;
    return quoted(Object.hasOwn(known, text) ? known[text]!.name : text);
  }
}

/** Returns a value on one line. */
export function inline(attribute: Attribute, value: unknown, names: Names): string {
  if (attribute.sensitive) return '(sensitive value)';
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => element(attribute, item, names)).join(', ')}]`;
  if (attribute.refersTo.length > 0 || isReference(value)) return names.of(value);
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Returns an element of a list: a string, a name, or `{ value = "…" }`. */
export function element(attribute: Attribute, item: unknown, names: Names): string {
  if (attribute.type !== 'objects' || isReference(item)) {
    return attribute.refersTo.length > 0 || isReference(item) ? names.of(item) : quoted(String(item));
  }
  const fields = attribute.fields
    .filter(({ name }) => (item as Values)[name] !== undefined)
    .map((field) => `${snakeCase(field.name)} = ${inline(field, (item as Values)[field.name], names)}`);
  return `{ ${fields.join(', ')} }`;
}
