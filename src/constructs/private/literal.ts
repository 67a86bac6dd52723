import { Tokenization } from '../gen/cdk.js';
import { quoted } from '../gen/visible.js';

const TOKEN = /(\$\{TfToken\[[a-zA-Z0-9:._-]+\]\})/;

function literalText(text: string): string {
  const parts = text.split(TOKEN);
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return reference(part, text);
      if (part.endsWith('$') && index < parts.length - 1) {
        throw new Error(
          `${quoted(text)}: a "$" directly before a reference would escape the reference; put another character between them`,
        );
      }
      return part.replace(/[$%]\{/g, (opening) => opening[0] + opening);
    })
    .join('');
}

/** Checks that the CDK created the token: a text from a data file may look like one. */
function reference(marker: string, text: string): string {
  try {
    Tokenization.reverseString(marker);
    return marker;
  } catch {
    throw new Error(`${quoted(text)} contains a CDK reference that does not exist in this app`);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Escapes every string in a value: Terraform evaluates strings as templates, so `${file("x")}` from a data file would read
 * that file. References created by the CDK are kept.
 * @throws Error for a string that cannot be escaped
 */
export function literal<T>(value: T): T {
  if (typeof value === 'string') return literalText(value) as T;
  if (Array.isArray(value)) return value.map(literal) as T;
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, literal(field)])) as T;
  }
  return value;
}
