import { Tokenization } from '../gen/cdk.js';

const TOKEN = /(\$\{TfToken\[[a-zA-Z0-9:._-]+\]\})/;

function literalText(text: string): string {
  const pieces = text.split(TOKEN);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1) return reference(piece, text);
      if (piece.endsWith('$') && index < pieces.length - 1) {
        throw new Error(
          `"${text}": a "$" right before a reference would switch the reference off; put something between them`,
        );
      }
      return piece.replace(/[$%]\{/g, (opening) => opening[0] + opening);
    })
    .join('');
}

/** Text from a data file may look like a reference; the CDK knows the ones that it made. */
function reference(marker: string, text: string): string {
  try {
    Tokenization.reverseString(marker);
    return marker;
  } catch {
    throw new Error(`"${text}" contains the CDK's mark of a reference, and this one refers to nothing`);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The same value, with every string meaning itself: Terraform reads strings as templates, so `${file("x")}` from a data
 * file would read that file. References made by the CDK stay references.
 * @throws Error for a string that cannot be written so that it means itself.
 */
export function literal<T>(value: T): T {
  if (typeof value === 'string') return literalText(value) as T;
  if (Array.isArray(value)) return value.map(literal) as T;
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, literal(field)])) as T;
  }
  return value;
}
