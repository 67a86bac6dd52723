import { Construct } from 'constructs';
import { Token } from '../gen/cdk.js';

/** Returns the text of a value of any type for an error message, which `visible` escapes when it is reported. */
export function valueText(value: unknown): string {
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  if (Token.isUnresolved(value)) return 'a reference';
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
