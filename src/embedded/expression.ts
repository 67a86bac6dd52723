import { camelCase, DelineaError, kindOf, type Reference } from '../provider/index.js';

const REFERENCE = /^\$\{((?:data\.)?([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*)\.([a-z_][a-z0-9_]*)\}$/;
const ADDRESS = /^((?:data\.)?([a-z][a-z0-9_]*)\.[A-Za-z_][\w-]*)$/;
/** A single `$` or `%` before a brace opens a template; `$${` and `%%{` are the escaped forms. */
const TEMPLATE = /(?<!\$)\$\{|(?<!%)%\{/;
const ESCAPED = /\$\$\{|%%\{/g;

/** Maximum nesting depth: more than any attribute needs, and protects the call stack from hostile input. */
const MAX_DEPTH = 16;

/** A value of another stack, as CDKTF writes it. */
const OTHER_STACK = /\$\{data\.terraform_remote_state\./;

export const TERRAFORM_HINT =
  'The embedded engine supports only literals and references. Use Terraform: terraform plan.';

/**
 * Reads a value of the stack: a literal, or a reference to an attribute of another block. `null` means unset.
 * @throws DelineaError `unsupported` for any other expression, `stack_invalid` for a null in a list or too deep nesting
 */
export function readValue(value: unknown, path: string, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new DelineaError('stack_invalid', `nested deeper than ${MAX_DEPTH} levels`, { path });
  if (typeof value === 'string') return readString(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      if (item === null)
        throw new DelineaError('stack_invalid', 'a list must not contain null', { path: `${path}[${index}]` });
      return readValue(item, `${path}[${index}]`, depth + 1);
    });
  }
  if (isBlock(value)) return readAttributes(value, path, depth + 1);
  return value ?? undefined;
}

/** Returns the attributes of a block by their camelCase names. */
export function readAttributes(block: Block, path: string, depth = 0): Record<string, unknown> {
  const entries = Object.entries(block).flatMap(([name, value]) => {
    const read = readValue(value, `${path}.${name}`, depth);
    return read === undefined ? [] : [[attributeName(name, path), read]];
  });
  return Object.fromEntries(entries);
}

/** Returns the camelCase name. @throws DelineaError `stack_invalid` for a name that is not in snake_case */
export function attributeName(name: string, path: string): string {
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) return camelCase(name);
  throw new DelineaError('stack_invalid', `"${name}" is not a valid attribute name`, {
    path,
    hint: 'Write attribute names in snake_case.',
  });
}

/** Reads a literal string. @throws DelineaError `unsupported` for a reference or any other expression */
export function readText(value: unknown, path: string): string {
  const read = typeof value === 'string' ? readString(value, path) : value;
  if (typeof read === 'string') return read;
  throw new DelineaError('unsupported', 'must be a string without references', { path, hint: TERRAFORM_HINT });
}

/** Reads the address of a delinea resource in `depends_on`, `moved`, `import` or `removed`, with or without `${}`. */
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

/** Returns the blocks of one type: Terraform's JSON writes one block as an object and several as a list. */
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
  if (OTHER_STACK.test(text)) {
    throw new DelineaError('unsupported', "refers to another stack, through Terraform's state", {
      path,
      hint: 'Look the object up by its name in this stack, as with DelineaUser.fromUserName, or use Terraform: terraform plan.',
    });
  }
  if (TEMPLATE.test(text)) {
    throw new DelineaError('unsupported', 'contains an expression', { path, hint: TERRAFORM_HINT });
  }
  return text.replace(ESCAPED, (written) => written.slice(1));
}
