import { Token } from '../gen/cdk.js';

/** Callers in JavaScript get past the types: a name that is missing or empty. */
export function nameMistakes(prop: string, value: string): readonly string[] {
  if (typeof value === 'string' && (Token.isUnresolved(value) || value.trim() !== '')) return [];
  return [`${prop} is empty; give the name`];
}

/** A value that is none of an enum's. */
export function choiceMistakes(
  prop: string,
  value: string | undefined,
  choice: Record<string, string>,
): readonly string[] {
  const allowed = Object.values(choice);
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value)) return [];
  return [`${prop} cannot be "${value}"; use one of ${allowed.join(', ')}`];
}
