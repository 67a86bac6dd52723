import fc from 'fast-check';
import { type ObjectValue, UNKNOWN, type Value } from '../values/value.js';
import { readBlocks } from './blocks.js';
import type { NameComparison } from './planned-values.js';

export const user = readBlocks().resources.get('delinea_user')!;
export const permission = readBlocks().resources.get('delinea_container_permission')!;

/** Containers have the names "prod" and "1"; a changed right changes the id. */
export const names: NameComparison = {
  sameName: async (_, left, right) => [left, right].every((name) => ['prod', '1'].includes(name.toLowerCase())),
  recreates: (kind) => kind === 'container-permission',
};

/** Returns a block in which only the given attributes are set. */
export function filled({ type }: typeof user, given: Readonly<Record<string, Value>>): ObjectValue {
  return { ...Object.fromEntries(Object.keys(type[1]).map((name) => [name, null])), ...given };
}

const text = fc.constantFrom<Value>(null, '', 'Ops', 'ops', 'Zoë');
const address = fc.constantFrom('a@example.com', 'A@Example.com', 'b@example.com', 'ü@example.com');
/** At most one element is primary, since several are refused. */
const emails = fc
  .uniqueArray(fc.record({ value: address, primary: fc.constantFrom<Value>(null, true, false) }), {
    selector: ({ value }) => value.toLowerCase(),
    maxLength: 3,
  })
  .map((all) => {
    const first = all.findIndex(({ primary }) => primary === true);
    return all.map((one, index) => (one.primary === true && index !== first ? { ...one, primary: null } : one));
  });
const maybe = (value: fc.Arbitrary<Value>, unknown: boolean): fc.Arbitrary<Value> =>
  unknown ? fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(UNKNOWN) }) : value;

/** Configurations of a user. @param unknown whether values may be unknown */
export function userConfig(unknown = false): fc.Arbitrary<ObjectValue> {
  const attributes = {
    user_name: fc.constantFrom<Value>('jane@example.com', 'Jane@Example.com', 'joe@example.com'),
    display_name: text,
    title: text,
    manager: text,
    active: fc.constantFrom<Value>(null, true, false),
    emails: fc.oneof(fc.constant<Value>(null), emails),
    previous_names: fc.constantFrom<Value>(null, [], ['old']),
    adopt: fc.constantFrom<Value>(null, 'always', 'whenEqual'),
    on_removal: fc.constantFrom<Value>(null, 'retain', 'deactivate'),
    reactivate: fc.constantFrom<Value>(null, 'T-1', 'T-2'),
  };
  const parts = Object.entries(attributes).map(([name, value]) => [name, maybe(value, unknown)]);
  return fc.record(Object.fromEntries(parts)).map((given) => filled(user, given as Record<string, Value>));
}

/** States of a user after an apply. */
export const userState: fc.Arbitrary<ObjectValue> = userConfig().map((config) => ({
  ...config,
  id: '1',
  adopt: config.adopt ?? 'whenEqual',
  on_removal: config.on_removal ?? 'deactivate',
  active: config.active ?? true,
}));
