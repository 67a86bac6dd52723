import { Token } from '../gen/cdk.js';
import { valueText } from './value-text.js';

/** Callers in JavaScript get past the types: a name that is missing, empty or no text. */
export function nameErrors(prop: string, value: unknown): readonly string[] {
  if (typeof value !== 'string' && value !== undefined && value !== null) {
    return [`${prop} is ${valueText(value)}, no text; give the name as text`];
  }
  if (value && (Token.isUnresolved(value) || value.trim() !== '')) return [];
  return [`${prop} is empty; give the name`];
}

/** A value that is none of an enum's. */
export function choiceErrors(prop: string, value: unknown, choice: Record<string, string>): readonly string[] {
  const allowed: readonly unknown[] = Object.values(choice);
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value)) return [];
  return [`${prop} cannot be ${valueText(value)}; use one of ${allowed.join(', ')}`];
}
