import type { Attribute, InCode } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { Values } from '../model/values.js';
import { environmentName, isLocked, readEnvironmentList } from './environment.js';

/** Settings of one source, checked. */
export type Source = Values;

/** Two settings for one address: if the block sets either, the environment's values for both are ignored. */
const ADDRESS = ['tenant', 'url'];

/** Merges a value of the block with one of the environment; both are set. */
const MERGE: Readonly<Record<InCode, (code: unknown, environment: unknown, attribute: Attribute) => unknown>> = {
  free: (code) => code,
  address: (code, environment, { elementKey }) =>
    elementKey === undefined ? code : mergeElements(code as Values[], environment as Values[], elementKey),
  authority: (code) => code,
  union: (code, environment) => [...new Set([...(environment as string[]), ...(code as string[])])],
  smaller: (code, environment) => Math.min(code as number, environment as number),
  both: (code, environment) => code === true && environment === true,
  allowance: (_, environment) => environment,
};

/**
 * Merges the provider block with the environment. The environment is the floor: the block can only be stricter.
 * Allowances of the block are left out; `allowancesInCode` reads them.
 */
export function mergeSettings(attributes: readonly Attribute[], block: Source, environment: Source): Values {
  const addressed = ADDRESS.some((name) => block[name] !== undefined);
  const merged = attributes.map((attribute): readonly [string, unknown] => {
    const { name, inCode } = attribute;
    const code = inCode === 'allowance' ? undefined : block[name];
    const given = addressed && ADDRESS.includes(name) ? undefined : environment[name];
    if (inCode === 'both') return [name, MERGE.both(code, given, attribute)];
    if (code === undefined || given === undefined) return [name, code ?? given];
    return [name, MERGE[inCode](code, given, attribute)];
  });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

/** Merges two lists of objects element by element; a property of the environment replaces the block's. */
function mergeElements(code: readonly Values[], environment: readonly Values[], key: string): Values[] {
  const merged = new Map(code.map((element) => [element[key], element]));
  for (const element of environment) merged.set(element[key], { ...merged.get(element[key]), ...defined(element) });
  return [...merged.values()];
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/**
 * Returns the allowances of the block. The pull request that sets one is the change that it would let through, so the
 * environment must permit each by name.
 * @throws DelineaError `settings_invalid` for one that DELINEA_ALLOW_IN_CODE does not name, and for a name in it that is
 *   not an allowance
 */
export function allowancesInCode(attributes: readonly Attribute[], block: Source, env: NodeJS.ProcessEnv): Values {
  const known = attributes.filter(({ inCode }) => inCode === 'allowance').map(({ name }) => name);
  const permitted = readEnvironmentList('DELINEA_ALLOW_IN_CODE', env);
  const unknown = permitted.find((entry) => !known.some((name) => snakeCase(name) === entry));
  if (unknown !== undefined) {
    throw new DelineaError('settings_invalid', `DELINEA_ALLOW_IN_CODE: there is no allowance "${unknown}"`, {
      hint: `Allowances: ${known.map(snakeCase).join(', ')}.`,
      path: 'DELINEA_ALLOW_IN_CODE',
    });
  }
  const set = known.filter((name) => block[name] !== undefined);
  const refused = set.find((name) => !permitted.includes(snakeCase(name)));
  if (refused !== undefined) {
    const path = snakeCase(refused);
    throw new DelineaError('settings_invalid', `"${path}" in the provider block lets its own change through`, {
      hint: `Remove it and set ${environmentName(refused)} for this run, or set DELINEA_ALLOW_IN_CODE=${path} if the block may set it.`,
      path,
    });
  }
  return Object.fromEntries(set.map((name) => [name, block[name]]));
}

/**
 * Refuses a provider block that sets more than `free` settings while DELINEA_LOCKED is set.
 * @throws DelineaError `settings_invalid`
 */
export function checkLock(attributes: readonly Attribute[], block: Source, env: NodeJS.ProcessEnv): void {
  if (!isLocked(env)) return;
  const locked = attributes.find(({ name, inCode }) => inCode !== 'free' && block[name] !== undefined);
  if (!locked) return;
  const path = snakeCase(locked.name);
  throw new DelineaError(
    'settings_invalid',
    `"${path}" in the provider block is refused, because DELINEA_LOCKED is set`,
    { hint: `Remove it, or set ${environmentName(locked.name)} in the environment of the run.`, path },
  );
}
