import { DelineaError, snakeCase, type Values } from '../../provider/index.js';
import { blockOf } from '../values/attributes.js';
import type { ObjectValue } from '../values/value.js';
import type { KindBlock } from './blocks.js';
import type { Configuration } from './configuration.js';

/**
 * One object by its name, as the tenant has it now.
 * @returns the block with everything filled in; the name stays as it was written
 * @throws DelineaError at the name where there is no such object
 */
export async function readDataSource(
  { kind, attributes }: KindBlock,
  config: ObjectValue,
  { lookUp }: Configuration,
): Promise<ObjectValue> {
  const key = kind.key[0]!;
  const written = config[snakeCase(key)];
  if (typeof written !== 'string') {
    throw new DelineaError('stack_invalid', `${snakeCase(key)} is not known`, { path: key });
  }
  const values: Values = await lookUp(kind.type, written).catch((error: unknown) => {
    throw error instanceof DelineaError && NAMES_IT.has(error.code) ? error.at(key) : error;
  });
  const shown = attributes.filter(({ setting }) => !setting);
  return { ...blockOf(shown, values), [snakeCase(key)]: written };
}

/** What is the name's fault; the rest is the tenant's or the configuration's. */
const NAMES_IT: ReadonlySet<string> = new Set(['unknown_name', 'ambiguous']);
