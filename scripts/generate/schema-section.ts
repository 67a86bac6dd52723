import type { Schema, SchemaAttribute } from '../../src/terraform/schema.js';

const TYPES: Readonly<Record<string, string>> = { string: 'String', bool: 'Boolean', number: 'Number' };

type Attributes = Schema['block']['attributes'];

function typeName(attribute: SchemaAttribute): string {
  if (attribute.nested_type) return 'Attributes Set';
  if (typeof attribute.type === 'string') return TYPES[attribute.type]!;
  const [nesting, element] = attribute.type!;
  return `${nesting === 'set' ? 'Set' : 'List'} of ${TYPES[element]}`;
}

function line(name: string, attribute: SchemaAttribute): string {
  const facets = [typeName(attribute), ...(attribute.sensitive ? ['Sensitive'] : [])].join(', ');
  const nested = attribute.nested_type ? ` (see [below](#nested-schema-for-${name}))` : '';
  return `- \`${name}\` (${facets}) ${attribute.description.replaceAll('<', '&lt;')}${nested}`;
}

function lists(attributes: Attributes, level: string): string[] {
  const groups: readonly [string, (attribute: SchemaAttribute) => boolean][] = [
    ['Required', (attribute) => attribute.required === true],
    ['Optional', (attribute) => attribute.optional === true],
    ['Read-Only', (attribute) => !attribute.required && !attribute.optional],
  ];
  return groups.flatMap(([title, belongs]) => {
    const lines = Object.entries(attributes)
      .filter(([, attribute]) => belongs(attribute))
      .map(([name, attribute]) => line(name, attribute));
    return lines.length === 0 ? [] : [`${level} ${title}\n\n${lines.join('\n')}\n`];
  });
}

/** The schema of a page, in the order and the words of the Terraform registry's own generator. */
export function schemaSection(schema: Schema): string {
  const { attributes } = schema.block;
  const nested = Object.entries(attributes).flatMap(([name, { nested_type }]) =>
    nested_type ? [`### Nested Schema for \`${name}\`\n`, ...lists(nested_type.attributes, '####')] : [],
  );
  return ['## Schema\n', ...lists(attributes, '###'), ...nested].join('\n');
}
