import type { Attribute } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { validationMessage } from '../model/validation-message.js';
import type { Values } from '../model/values.js';

/** An import text, separated into the id and the settings. */
export interface ImportText {
  /** The part by which the object is found. */
  readonly id: string;
  /** Settings, and the correlation key if it was set from code. They cannot be read from the tenant. */
  readonly known: Values;
}

/**
 * Appends the settings that differ from their defaults to an id, because they cannot be read from the tenant:
 * `4711?on_removal=retain`. Values are URI-encoded strings or JSON. An id that looks as if it had such a suffix always
 * gets one.
 */
export function withImportSettings(resource: Resource, id: string, known: Values): string {
  const carried = carriedBy(resource);
  const parts = carried.flatMap((attribute) => {
    const value = known[attribute.name];
    return value === undefined || value === attribute.default ? [] : [part(attribute, value)];
  });
  const [first] = carried.filter((attribute) => attribute.default !== undefined);
  if (parts.length === 0 && first && readParts(resource, id)) parts.push(part(first, first.default));
  return parts.length === 0 ? id : `${id}?${parts.join('&')}`;
}

/**
 * Separates an import text into id and settings. A suffix with any other name belongs to the id.
 * @throws DelineaError `stack_invalid` for a value that the setting does not accept
 */
export function readImportSettings(resource: Resource, text: string): ImportText {
  const parts = readParts(resource, text);
  if (!parts) return { id: text, known: {} };
  const known = Object.fromEntries(
    parts.map(([{ name, type }, value]) => [name, type === 'string' ? value : json(value)]),
  );
  for (const [{ name }] of parts) {
    const [issue] = resource.props.shape[name]!.safeParse(known[name]).error?.issues ?? [];
    if (!issue) continue;
    throw new DelineaError('stack_invalid', `"${snakeCase(name)}" in the id ${validationMessage(issue, known[name])}`, {
      hint: `In ${text}: values are URI-encoded, lists and booleans are JSON.`,
    });
  }
  return { id: text.slice(0, text.lastIndexOf('?')), known };
}

/**
 * Returns the error for an import text that led to no object and ends in a misspelt setting, such as `7?adpot=always`;
 * undefined if it has no such suffix.
 */
export function misspeltSetting(resource: Resource, text: string): DelineaError | undefined {
  const [, end] = /.\?(\w+=[^?]*)$/s.exec(text) ?? [];
  const known = carriedBy(resource).map(({ name }) => snakeCase(name));
  const wrong = end?.split('&').find((part) => !known.includes(/^[^=]*/.exec(part)![0]));
  if (wrong === undefined) return undefined;
  const [name] = wrong.split('=');
  return new DelineaError(
    'unknown_name',
    `there is no ${resource.type} "${text}", and "${name}" is not a setting of a ${resource.type}`,
    {
      hint: `Settings after the ? are ${known.join(', ')}.`,
    },
  );
}

function readParts(resource: Resource, text: string): [Attribute, string][] | undefined {
  const at = text.lastIndexOf('?');
  if (at <= 0) return undefined;
  const parts: [Attribute, string][] = [];
  for (const written of text.slice(at + 1).split('&')) {
    const [, name, value = ''] = /^(\w+)=(.*)$/s.exec(written) ?? [];
    const attribute = carriedBy(resource).find((one) => snakeCase(one.name) === name);
    if (!attribute || parts.some(([other]) => other === attribute)) return undefined;
    try {
      parts.push([attribute, decodeURIComponent(value)]);
    } catch {
      return undefined;
    }
  }
  return parts;
}

function carriedBy({ attributes, correlation }: Resource): Attribute[] {
  return attributes.filter(({ name, setting }) => setting || name === correlation);
}

function part({ name, type }: Attribute, value: unknown): string {
  return `${snakeCase(name)}=${encodeURIComponent(type === 'string' ? String(value) : JSON.stringify(value))}`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
