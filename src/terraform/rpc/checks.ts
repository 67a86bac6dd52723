import type * as z from 'zod';
import { elementFaults, snakeCase, type Values, validationMessage } from '../../provider/index.js';
import type { Diagnostic } from '../protocol/messages.js';
import { stepsTo } from '../values/path.js';
import { UNKNOWN } from '../values/value.js';
import type { Block, DataBlock, KindBlock } from './blocks.js';
import { diagnostic } from './diagnostics.js';
import { whereIn } from './where.js';

/**
 * Checks what is written in a block against the definition; what is not known yet may still be anything.
 * @param values as people wrote them, UNKNOWN where that is all there is
 */
export function checkValues(schema: z.ZodObject, block: Block | KindBlock, values: Values): Diagnostic[] {
  const known = withoutUnknown(values) as Values;
  const given = block.attributes.filter(({ name, computed }) => computed && values[name] !== undefined);
  const at = (path: readonly PropertyKey[], message: string): Diagnostic => {
    // The path ends at a set: which element of it is meant can only be said.
    const where = whereIn(block.attributes, values, path);
    const hint = block.attributes.find(({ name }) => name === path[0])?.description;
    return diagnostic(`${where} ${message}`, hint, stepsTo(block.type, path));
  };
  const issues = schema.safeParse(known).error?.issues ?? [];
  const sets = 'kind' in block ? elementFaults(block.kind, known) : [];
  return [
    ...given.map(({ name }) => readOnly(block, name)),
    ...issues
      .filter(({ path }) => !passesUnknown(values, path))
      .map((issue) => at(issue.path, validationMessage(issue, known))),
    ...sets.map(({ attribute, message }) => at([attribute], message)),
  ];
}

/** Terraform passes on what is written there, and takes it for the object's: the next destroy would be somebody else's. */
function readOnly(block: Block | DataBlock, name: string): Diagnostic {
  const instead =
    'many' in block ? 'it is what the data source tells.' : 'what exists already an import block takes over.';
  return diagnostic(
    `${snakeCase(name)} is decided by the tenant and cannot be given`,
    `Leave it out; ${instead}`,
    stepsTo(block.type, [name]),
  );
}

function withoutUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutUnknown(inner)]));
}

function passesUnknown(values: unknown, path: readonly PropertyKey[]): boolean {
  let here = values;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) break;
    here = (here as Record<PropertyKey, unknown>)[step];
  }
  return here === UNKNOWN;
}
