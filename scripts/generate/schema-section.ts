import type { Schema, SchemaAttribute } from '../../src/terraform/schema.js';

const TYPES: Readonly<Record<string, string>> = { string: 'String', bool: 'Boolean', number: 'Number' };

type Attributes = Schema['block']['attributes'];

function typeName(attribute: SchemaAttribute): string {
  if (attribute.nested_type) return `Attributes ${attribute.nested_type.nesting_mode === 'set' ? 'Set' : 'List'}`;
  if (typeof attribute.type === 'string') return TYPES[attribute.type]!;
  const [nesting, element] = attribute.type!;
  return `${nesting === 'set' ? 'Set' : 'List'} of ${TYPES[element]}`;
}

/** Returns the anchor of a heading: `users.emails` becomes `nested-schema-for-usersemails`. */
function anchor(path: string): string {
  return `nested-schema-for-${path.replaceAll('.', '')}`;
}

function line(path: string, name: string, attribute: SchemaAttribute): string {
  const facets = [typeName(attribute), ...(attribute.sensitive ? ['Sensitive'] : [])].join(', ');
  const nested = attribute.nested_type ? ` (see [below](#${anchor(path)}))` : '';
  return `- \`${name}\` (${facets}) ${escaped(attribute.description)}${nested}`;
}

/** Escapes "<" outside of code spans, which show entities literally. */
function escaped(markdown: string): string {
  const parts = markdown.split('`');
  return parts.map((part, at) => (at % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`');
}

function lists(attributes: Attributes, level: string, within = ''): string[] {
  const groups: readonly [string, (attribute: SchemaAttribute) => boolean][] = [
    ['Required', (attribute) => attribute.required === true],
    ['Optional', (attribute) => attribute.optional === true],
    ['Read-Only', (attribute) => !attribute.required && !attribute.optional],
  ];
  return groups.flatMap(([title, belongs]) => {
    const lines = Object.entries(attributes)
      .filter(([, attribute]) => belongs(attribute))
      .map(([name, attribute]) => line(`${within}${name}`, name, attribute));
    return lines.length === 0 ? [] : [`${level} ${title}\n\n${lines.join('\n')}\n`];
  });
}

/** Returns one section per nested attribute at any depth, named by its path. */
function nestedSections(attributes: Attributes, within = ''): string[] {
  return Object.entries(attributes).flatMap(([name, { nested_type }]) => {
    if (!nested_type) return [];
    const path = `${within}${name}`;
    const inner = nested_type.attributes;
    return [
      `### Nested Schema for \`${path}\`\n`,
      ...lists(inner, '####', `${path}.`),
      ...nestedSections(inner, `${path}.`),
    ];
  });
}

/** Returns the schema section of a page, in the order and wording of the Terraform registry's generator. */
export function schemaSection(schema: Schema): string {
  const { attributes } = schema.block;
  return ['## Schema\n', ...lists(attributes, '###'), ...nestedSections(attributes)].join('\n');
}
