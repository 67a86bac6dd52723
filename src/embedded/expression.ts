import { camelCase, DelineaError, kindOf, type Reference } from '../provider/index.js';

const REFERENCE = /^\$\{((?:data\.)?([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*)\.([a-z_][a-z0-9_]*)\}$/;
const ADDRESS = /^((?:data\.)?([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*)$/;
/** `$${` and `%%{` are the escapes of `${` and `%{`; one `$` or `%` alone before a brace opens a template. */
const TEMPLATE = /(?<!\$)\$\{|(?<!%)%\{/;
const ESCAPED = /\$\$\{|%%\{/g;

/** Deeper than any attribute of any kind; keeps hostile input from exhausting the call stack. */
const DEEPEST = 16;

export const TERRAFORM_HINT = 'The embedded engine reads literals and references only; use Terraform: terraform plan.';

/**
 * What a value of the stack says: a literal, or a reference to an attribute of another block. `null` is unset.
 * @throws DelineaError `unsupported` for any other expression, `stack_invalid` for a shape no attribute has
 */
export function readValue(value: unknown, path: string, depth = 0): unknown {
  if (depth > DEEPEST) throw new DelineaError('stack_invalid', `nested deeper than ${DEEPEST} levels`, { path });
  if (typeof value === 'string') return readString(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      if (item === null) throw new DelineaError('stack_invalid', 'null in a list', { path: `${path}[${index}]` });
      return readValue(item, `${path}[${index}]`, depth + 1);
    });
  }
  if (isBlock(value)) return readAttributes(value, path, depth + 1);
  return value ?? undefined;
}

/** The attributes of a block by their camelCase names. */
export function readAttributes(block: Block, path: string, depth = 0): Record<string, unknown> {
  const entries = Object.entries(block).flatMap(([name, value]) => {
    const read = readValue(value, `${path}.${name}`, depth);
    return read === undefined ? [] : [[attributeName(name, path), read]];
  });
  return Object.fromEntries(entries);
}

/** @throws DelineaError `stack_invalid` for a name in another spelling than Terraform's, which Terraform would refuse */
export function attributeName(name: string, path: string): string {
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) return camelCase(name);
  throw new DelineaError('stack_invalid', `"${name}" is no attribute name`, {
    path,
    hint: 'Attributes are written in snake_case in a stack.',
  });
}

/** A literal text. @throws DelineaError `unsupported` for a reference or any other expression */
export function readText(value: unknown, path: string): string {
  const read = typeof value === 'string' ? readString(value, path) : value;
  if (typeof read === 'string') return read;
  throw new DelineaError('unsupported', 'must be a text without references', { path, hint: TERRAFORM_HINT });
}

/** An address of ours as `depends_on`, `moved`, `import` and `removed` write it: with or without `${}`. */
export function readAddress(value: unknown, path: string): string {
  const text = typeof value === 'string' ? value.replace(/^\$\{(.*)\}$/, '$1') : '';
  const match = ADDRESS.exec(text);
  if (match && kindOf(match[2]!)) return match[1]!;
  throw new DelineaError('unsupported', `must be the address of a delinea resource, such as delinea_user.jane`, {
    path,
    hint: TERRAFORM_HINT,
  });
}

export type Block = Readonly<Record<string, unknown>>;

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Blocks of one kind: Terraform's JSON writes one as an object and several as a list. */
export function blocksIn(value: unknown, path: string): { block: Block; path: string }[] {
  const all = Array.isArray(value) ? value : [value];
  return all.map((block, index) => {
    const at = all.length > 1 ? `${path}[${index}]` : path;
    if (!isBlock(block)) throw new DelineaError('stack_invalid', 'must be a block', { path: at });
    return { block, path: at };
  });
}

function readString(text: string, path: string): string | Reference {
  const match = REFERENCE.exec(text);
  if (match && kindOf(match[2]!)) return { ref: match[1]!, attribute: camelCase(match[3]!) };
  if (TEMPLATE.test(text)) {
    throw new DelineaError('unsupported', 'holds an expression', { path, hint: TERRAFORM_HINT });
  }
  return text.replace(ESCAPED, (written) => written.slice(1));
}
