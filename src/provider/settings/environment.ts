import type { Attribute } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { camelCase } from '../model/names.js';
import { readSecret } from './secrets.js';

/** Returns the environment variable of a setting: DELINEA_CLIENT_SECRET for `clientSecret`. */
export function environmentName(setting: string): string {
  return `DELINEA_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Reads the settings that the environment has, unchecked. A secret may come from a file (`DELINEA_CLIENT_SECRET_FILE`), a list
 * of names is separated by commas or is JSON, and a list of objects is JSON.
 * @throws DelineaError `settings_invalid`
 */
export function readEnvironment(attributes: readonly Attribute[], env: NodeJS.ProcessEnv): Record<string, unknown> {
  const values = attributes.map((attribute) => [attribute.name, readVariable(attribute, env)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function readVariable(attribute: Attribute, env: NodeJS.ProcessEnv): unknown {
  const name = environmentName(attribute.name);
  const file = attribute.sensitive ? env[`${name}_FILE`] : undefined;
  const text = env[name] || (file ? readSecret(file, `${name}_FILE`) : undefined);
  if (text === undefined || text === '') return undefined;
  if (attribute.type === 'objects') return inCamelCase(readJson(text, name));
  if (attribute.type === 'strings') return readList(text, name);
  if (attribute.type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  if (attribute.type !== 'number') return text;
  return text.trim() === '' ? text : Number(text);
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DelineaError('settings_invalid', `${name} is not valid JSON`, {
      hint: `Correct ${name}.`,
      path: name,
    });
  }
}

/** Converts the names in a list of objects: HCL and the environment use snake_case. */
function inCamelCase(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((element: unknown) =>
    typeof element === 'object' && element !== null
      ? Object.fromEntries(Object.entries(element).map(([name, value]) => [camelCase(name), value]))
      : element,
  );
}

/** Reads a list, separated by commas or as JSON, the only form for a name with a comma. */
function readList(text: string, name: string): unknown {
  return text.trim().startsWith('[') ? readJson(text, name) : text.split(',').map((part) => part.trim());
}

/**
 * Reads a list that only the environment can set, such as DELINEA_ALLOWED_HOSTS. Empty entries do not count.
 * @throws DelineaError `settings_invalid`
 */
export function readEnvironmentList(name: string, env: NodeJS.ProcessEnv): string[] {
  const list = readList(env[name] ?? '', name);
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string'))
    return list.filter((entry) => entry !== '');
  throw new DelineaError('settings_invalid', `${name} must be a list of texts`, {
    hint: `Correct ${name}.`,
    path: name,
  });
}

/**
 * Returns whether the environment locks the provider block.
 * @throws DelineaError `settings_invalid` for a value that is neither yes nor no: a misspelt lock must not be open
 */
export function isLocked(env: NodeJS.ProcessEnv): boolean {
  const text = env.DELINEA_LOCKED ?? '';
  if (['1', 'true'].includes(text)) return true;
  if (['', '0', 'false'].includes(text)) return false;
  throw new DelineaError('settings_invalid', 'DELINEA_LOCKED must be 1 or 0', {
    hint: 'Correct DELINEA_LOCKED.',
    path: 'DELINEA_LOCKED',
  });
}
