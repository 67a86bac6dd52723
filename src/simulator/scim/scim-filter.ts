import { type Filter, parse } from 'scim2-parse-filter';
import { Refusal } from '../http/refusal.js';

type Operator = 'eq' | 'co';

/** The supported operators by attribute (canonical case). */
export type FilterRules = Readonly<Record<string, readonly Operator[]>>;

export interface Term {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string;
}

/** All filters that guide 002 supports. The same filters on the Platform's own SCIM are an assumption. */
export const NAME_FILTERS: FilterRules = { userName: ['eq', 'co'], displayName: ['eq', 'co'] };
export const CONTAINER_FILTERS: FilterRules = { name: ['eq', 'co'], displayName: ['eq', 'co'] };
export const PERMISSION_FILTERS: FilterRules = {
  'container.value': ['eq'],
  'user.display': ['eq', 'co'],
  'user.value': ['eq'],
  'group.display': ['eq', 'co'],
  'group.value': ['eq'],
};

/**
 * Reads a filter that may only join supported comparisons by `and`.
 *
 * String literals are replaced before parsing, because the parser would change backslashes in names. Attribute names and operators compare without case (RFC 7644, 3.4.2.2).
 * @param lenient an attribute without its sub-attribute means its `value`, and numbers need no quotes
 * @throws {Refusal} 400 invalidFilter
 */
export function readFilter(filter: string, rules: FilterRules, lenient = false): Term[] {
  const literals: string[] = [];
  const lifted = filter.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => `"${literals.push(literal) - 1}"`);
  let tree: Filter;
  try {
    tree = parse(lifted);
  } catch {
    throw refuse('The filter is malformed', rules);
  }
  return terms(tree, literals, rules, lenient);
}

function terms(tree: Filter, literals: readonly string[], rules: FilterRules, lenient: boolean): Term[] {
  if ('filters' in tree && tree.op === 'and') {
    return tree.filters.flatMap((part) => terms(part, literals, rules, lenient));
  }
  if (!('compValue' in tree)) throw refuse(`'${tree.op}' is not supported`, rules);
  const path = tree.attrPath.toLowerCase();
  const wanted = lenient ? [path, `${path}.value`] : [path];
  const attribute = Object.keys(rules).find((key) => wanted.includes(key.toLowerCase()));
  const operator = attribute && rules[attribute]!.find((allowed) => allowed === tree.op);
  if (!attribute || !operator) throw refuse(`'${tree.attrPath} ${tree.op}' is not supported`, rules);
  if (lenient && typeof tree.compValue === 'number') return [{ attribute, operator, value: String(tree.compValue) }];
  if (typeof tree.compValue !== 'string') throw refuse(`'${attribute}' compares with a quoted string`, rules);
  try {
    return [{ attribute, operator, value: JSON.parse(literals[Number(tree.compValue)]!) as string }];
  } catch {
    throw refuse(`the value of '${attribute}' is not a JSON string`, rules);
  }
}

/** Returns whether a row passes: names compare without case, ids exactly (RFC 7643, 4.1.1 and 3.1). */
export function passes(term: Term, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  if (term.attribute.endsWith('.value')) return actual === term.value;
  const [have, want] = [actual.toLowerCase(), term.value.toLowerCase()];
  return term.operator === 'eq' ? have === want : have.includes(want);
}

function refuse(what: string, rules: FilterRules): Refusal {
  const supported = Object.entries(rules).map(([attribute, operators]) => `${attribute} ${operators.join('|')}`);
  return new Refusal(400, `${what}; supported, joined by and: ${supported.join(', ')}.`, 'invalidFilter');
}
