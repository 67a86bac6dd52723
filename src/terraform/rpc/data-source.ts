import { DelineaError, DelineaErrors, snakeCase } from '../../provider/index.js';
import { shownOf } from '../schema.js';
import { blockOf } from '../values/attributes.js';
import { isWhollyKnown, type ObjectValue } from '../values/value.js';
import type { DataBlock } from './blocks.js';
import type { Configuration } from './configuration.js';

/**
 * One object by its name, or many, as the tenant has them now.
 * @returns the block with everything filled in; names stay as they were written
 * @throws DelineaError, DelineaErrors at the names that are no object's
 */
export async function readDataSource(
  { kind, attributes, many }: DataBlock,
  config: ObjectValue,
  configuration: Configuration,
): Promise<ObjectValue> {
  const path = attributes[0]!.name;
  const written = config[snakeCase(path)] ?? null;
  if (!isWhollyKnown(written) || (written === null && !many)) {
    throw new DelineaError('stack_invalid', `${snakeCase(path)} is not known`, { path });
  }
  const shown = shownOf(kind);
  try {
    if (!many)
      return {
        ...blockOf(shown, await configuration.lookUp().one(kind.type, String(written))),
        [snakeCase(path)]: written,
      };
    const found = await configuration
      .lookUp()
      .many(kind.type, Array.isArray(written) ? written.map(String) : undefined);
    return { names: written, [snakeCase(kind.plural)]: found.map((values) => blockOf(shown, values)) };
  } catch (error) {
    if (error instanceof DelineaErrors) throw new DelineaErrors(error.errors.map((one) => placed(one, path)));
    throw error instanceof DelineaError ? placed(error, path) : error;
  }
}

/** What is the name's fault; the rest is the tenant's or the configuration's. */
const NAMES_IT: ReadonlySet<string> = new Set(['unknown_name', 'ambiguous']);

function placed(error: DelineaError, path: string): DelineaError {
  return NAMES_IT.has(error.code) ? error.at(path) : error;
}
