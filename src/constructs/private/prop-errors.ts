import { Token } from '../gen/cdk.js';
import { valueText } from './value-text.js';

/** Returns the error of a name that is missing, empty or not a string, which callers in JavaScript can pass. */
export function nameErrors(prop: string, value: unknown): readonly string[] {
  if (typeof value !== 'string' && value !== undefined && value !== null) {
    return [`${prop} must be a string, not ${valueText(value)}`];
  }
  if (value && (Token.isUnresolved(value) || value.trim() !== '')) return [];
  return [`${prop} must not be empty`];
}

/** Returns the error of the name of a declared object: a blank at its end, which nobody sees, makes it another object. */
export function ownNameErrors(prop: string, value: unknown): readonly string[] {
  const isPlain = typeof value !== 'string' || Token.isUnresolved(value) || value.trim() === '';
  if (isPlain || !/^[\s\p{Cc}]|[\s\p{Cc}]$/u.test(value)) return nameErrors(prop, value);
  return [`${prop} must not begin or end with a blank or a control character: ${valueText(value)}`];
}

/** Returns the error of a value that is not in an enum. */
export function choiceErrors(prop: string, value: unknown, choice: Record<string, string>): readonly string[] {
  const allowed: readonly unknown[] = Object.values(choice);
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value)) return [];
  return [`${prop} must be one of ${allowed.join(', ')}, not ${valueText(value)}`];
}
