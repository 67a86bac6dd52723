/** An attribute value: a literal, a reference, or a text that ends in a reference (unknown with a known prefix). */
export type Said =
  | null
  | string
  | boolean
  | { readonly ref: string }
  | { readonly prefix: string; readonly ref: string }
  | readonly Said[]
  | { readonly fields: Readonly<Record<string, Said>> };

/** A resource block with the attributes that it sets. */
export interface Block {
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, Said>>;
}

export const addressOf = ({ type, name }: Block): string => `${type}.${name}`;

/** Attributes that control the provider and never reach the tenant. */
export const SETTINGS = ['previous_names', 'adopt', 'on_removal', 'reactivate', 'allow_empty'] as const;

export const isRef = (said: Said | undefined): said is { readonly ref: string } =>
  typeof said === 'object' && said !== null && 'ref' in said && !('prefix' in said);

export function hclOf(blocks: readonly Block[]): string {
  return blocks
    .map(({ type, name, values }) => {
      const lines = Object.entries(values).map(([key, said]) => `  ${key} = ${written(said)}\n`);
      return `resource "${type}" "${name}" {\n${lines.join('')}}\n`;
    })
    .join('\n');
}

function written(said: Said): string {
  if (said === null || typeof said === 'boolean') return String(said);
  if (typeof said === 'string') return quoted(said);
  if (Array.isArray(said)) return `[${said.map(written).join(', ')}]`;
  if ('prefix' in said) return `"${said.prefix}\${${said.ref}}"`;
  if ('ref' in said) return said.ref as string;
  const { fields } = said as { fields: Readonly<Record<string, Said>> };
  return `{ ${Object.entries(fields)
    .map(([key, inner]) => `${key} = ${written(inner)}`)
    .join(', ')} }`;
}

/** Returns the text as an HCL string with escaped template markers. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
}
