/** An attribute value: a literal, a reference, or a text that ends in a reference (unknown with a known prefix). */
export type HclValue =
  | null
  | string
  | boolean
  | { readonly ref: string }
  | { readonly prefix: string; readonly ref: string }
  | readonly HclValue[]
  | { readonly fields: Readonly<Record<string, HclValue>> };

/** A resource block with the attributes that it sets. */
export interface Block {
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, HclValue>>;
}

export const addressOf = ({ type, name }: Block): string => `${type}.${name}`;

/** Attributes that control the provider and never reach the tenant. */
export const SETTINGS = ['previous_names', 'adopt', 'on_removal', 'reactivate', 'allow_empty'] as const;

export const isRef = (value: HclValue | undefined): value is { readonly ref: string } =>
  typeof value === 'object' && value !== null && 'ref' in value && !('prefix' in value);

export function hclOf(blocks: readonly Block[]): string {
  return blocks
    .map(({ type, name, values }) => {
      const lines = Object.entries(values).map(([key, value]) => `  ${key} = ${written(value)}\n`);
      return `resource "${type}" "${name}" {\n${lines.join('')}}\n`;
    })
    .join('\n');
}

function written(value: HclValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if ('prefix' in value) return `"${value.prefix}\${${value.ref}}"`;
  if ('ref' in value) return value.ref as string;
  const { fields } = value as { fields: Readonly<Record<string, HclValue>> };
  return `{ ${Object.entries(fields)
    .map(([key, inner]) => `${key} = ${written(inner)}`)
    .join(', ')} }`;
}

/** Returns the text as an HCL string with escaped template markers. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
}
