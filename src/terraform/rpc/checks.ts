import type * as z from 'zod';
import { elementFaults, snakeCase, type Values, validationMessage } from '../../provider/index.js';
import type { Diagnostic } from '../protocol/messages.js';
import { stepsTo } from '../values/path.js';
import { UNKNOWN } from '../values/value.js';
import type { Block, DataBlock, KindBlock } from './blocks.js';
import { errorDiagnostic } from './diagnostics.js';
import { pathText } from './path-text.js';

/**
 * Checks the configuration of a block against its definition. Unknown values pass.
 * @param values the configuration, UNKNOWN where a value is not known yet
 */
export function checkValues(schema: z.ZodObject, block: Block | KindBlock, values: Values): Diagnostic[] {
  const known = withoutUnknown(values) as Values;
  const readOnly = block.attributes.filter(({ name, computed }) => computed && values[name] !== undefined);
  const at = (path: readonly PropertyKey[], message: string): Diagnostic => {
    // Terraform's path ends at a set, so the text names the element.
    const subject = pathText(block.attributes, values, path);
    const hint = block.attributes.find(({ name }) => name === path[0])?.description;
    return errorDiagnostic(`${subject} ${message}`, hint, stepsTo(block.type, path));
  };
  const issues = schema.safeParse(known).error?.issues ?? [];
  const sets = 'kind' in block ? elementFaults(block.kind, known) : [];
  return [
    ...readOnly.map(({ name }) => readOnlyError(block, name)),
    ...issues
      .filter(({ path }) => !passesUnknown(values, path))
      .map((issue) => at(issue.path, validationMessage(issue, known))),
    ...sets.map(({ attribute, message }) => at([attribute], message)),
  ];
}

/**
 * Returns the error of an attribute that only the tenant sets. Terraform would write the value to the state as the
 * object's own, and the next destroy would remove another object.
 */
function readOnlyError(block: Block | DataBlock, name: string): Diagnostic {
  const advice =
    'isPlural' in block
      ? 'Remove it; the data source reads it.'
      : 'Remove it. To adopt an existing object, use an import block.';
  return errorDiagnostic(
    `${snakeCase(name)} is set by the tenant and cannot be configured`,
    advice,
    stepsTo(block.type, [name]),
  );
}

function withoutUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutUnknown(inner)]));
}

/** Returns whether a value on the path is unknown, so that the problem may disappear once it is known. */
function passesUnknown(values: unknown, path: readonly PropertyKey[]): boolean {
  let value = values;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) break;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value === UNKNOWN;
}
