import { DelineaError, DelineaErrors, snakeCase } from '../../provider/index.js';
import { readableAttributes } from '../schema.js';
import { blockOf } from '../values/attributes.js';
import { isWhollyKnown, type ObjectValue } from '../values/value.js';
import type { DataBlock } from './blocks.js';
import type { Configuration } from './configuration.js';

/**
 * Reads one object by its name, or several, as they are in the tenant now.
 * @returns the complete block; names keep the spelling of the configuration
 * @throws DelineaError, DelineaErrors at the attribute whose name was not found
 */
export async function readDataSource(
  { kind, attributes, isPlural }: DataBlock,
  config: ObjectValue,
  { dataSources }: Configuration,
): Promise<ObjectValue> {
  const path = attributes[0]!.name;
  const configured = config[snakeCase(path)] ?? null;
  if (!isWhollyKnown(configured) || (configured === null && !isPlural)) {
    throw new DelineaError('stack_invalid', `${snakeCase(path)} is not known yet, so the data source cannot be read`, {
      hint: 'First apply the resources that the value comes from (-target).',
      path,
    });
  }
  const readable = readableAttributes(kind);
  try {
    if (!isPlural) {
      const values = await dataSources().one(kind.type, String(configured));
      return { ...blockOf(readable, values), [snakeCase(path)]: configured };
    }
    const names = Array.isArray(configured) ? configured.map(String) : undefined;
    const objects = await dataSources().many(kind.type, names);
    return { names: configured, [snakeCase(kind.plural)]: objects.map((values) => blockOf(readable, values)) };
  } catch (error) {
    if (error instanceof DelineaErrors) throw new DelineaErrors(error.errors.map((single) => atName(single, path)));
    throw error instanceof DelineaError ? atName(error, path) : error;
  }
}

/** Errors about the given name. All others are about the tenant or the provider block. */
const NAME_ERRORS: ReadonlySet<string> = new Set(['unknown_name', 'ambiguous']);

function atName(error: DelineaError, path: string): DelineaError {
  return NAME_ERRORS.has(error.code) ? error.at(path) : error;
}
