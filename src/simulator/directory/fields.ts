import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { GroupFields, UserFields } from './records.js';

/** Returns a description of the expected value, or undefined if the value is valid. */
type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'a string');
const name: Check = (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'a non-empty string');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const personName: Check = (value) =>
  isObject(value) && Object.values(value).every((part) => part === null || typeof part === 'string')
    ? undefined
    : 'an object of strings';
const values: Check = (value) =>
  Array.isArray(value) && value.every((item) => isObject(item) && typeof item.value === 'string')
    ? undefined
    : 'an array of {value}';
const reference: Check = (value) => (isObject(value) && typeof value.value === 'string' ? undefined : '{value: id}');

/** Writable user attributes: the field table of guide 000. */
export const USER_CHECKS: Record<keyof UserFields, Check> = {
  userName: name,
  displayName: text,
  name: personName,
  emails: values,
  phoneNumbers: values,
  active: flag,
  externalId: text,
  title: text,
  department: text,
  manager: reference,
};

export const GROUP_CHECKS: Record<keyof GroupFields, Check> = {
  displayName: name,
  description: text,
  externalId: text,
};

/** Attributes that cannot be cleared. */
const REQUIRED = new Set(['userName', 'active']);

/**
 * Merges a change into an object's fields: `null` and `""` clear, objects merge ("only include fields to be changed",
 * guide 000), lists are replaced as a whole, and values must have the attribute's type.
 * Keys without a check are left to the caller.
 * @throws {Refusal} 400 naming the attribute, never its value
 */
export function mergeFields<Fields extends object>(
  fields: Fields,
  change: Json,
  checks: Record<keyof Fields & string, Check>,
): Fields {
  const merged: Json = { ...(fields as object) };
  for (const [key, value] of Object.entries(change)) {
    const check = checks[key as keyof Fields & string] as Check | undefined;
    if (!check) continue;
    const empty = value === null || value === '';
    if (empty && !REQUIRED.has(key) && check !== name) {
      delete merged[key];
      continue;
    }
    const expected = check(value);
    if (expected) throw new Refusal(400, `'${key}' must be ${expected}.`, 'invalidValue');
    merged[key] = isObject(value) ? withoutEmpty({ ...(merged[key] as Json | undefined), ...value }) : value;
  }
  return merged as Fields;
}

/** Checks that a required attribute has a value. @throws {Refusal} 400 */
export function requireField(fields: Json, key: string): void {
  if (fields[key] === undefined) throw new Refusal(400, `'${key}' is required.`, 'invalidValue');
}

function withoutEmpty(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== ''));
}
