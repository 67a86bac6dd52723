import { DelineaError, resourceOf } from '../provider/index.js';
import { attributeName, type Block, blocksIn, readAddress, TERRAFORM_HINT } from './expression.js';

/** Meta-arguments of a block. */
export interface MetaArguments {
  readonly dependsOn: readonly string[];
  readonly preventDestroy: boolean;
  readonly ignoreChanges: readonly string[] | 'all';
}

type Read = (value: unknown, path: string, kind: string) => Partial<MetaArguments>;

/** Every meta-argument of Terraform: supported or refused, never ignored. */
const META: Readonly<Record<string, Read>> = {
  '//': () => ({}),
  depends_on: (value, path) => ({
    dependsOn: list(value, path).map((item, index) => readAddress(item, `${path}[${index}]`)),
  }),
  lifecycle: readLifecycle,
  provider: (value, path) => {
    if (value !== 'delinea') throw unsupported(path, 'a provider alias');
    return {};
  },
  count: (_, path) => refuse(path, 'count'),
  for_each: (_, path) => refuse(path, 'for_each'),
  provisioner: (_, path) => refuse(path, 'provisioner'),
  connection: (_, path) => refuse(path, 'connection'),
};

const LIFECYCLE: Readonly<Record<string, Read>> = {
  prevent_destroy: (value, path) => ({ preventDestroy: flag(value, path) }),
  ignore_changes: (value, path, kind) => ({ ignoreChanges: readIgnored(value, path, kind) }),
  create_before_destroy: (value, path) => (flag(value, path) ? refuse(path, 'create_before_destroy') : {}),
};

/**
 * Separates the meta-arguments of a block from its attributes.
 * @throws DelineaError `unsupported` for a meta-argument that only Terraform supports
 */
export function splitMeta(block: Block, path: string, kind: string): { meta: MetaArguments; attributes: Block } {
  let meta: MetaArguments = { dependsOn: [], preventDestroy: false, ignoreChanges: [] };
  const attributes = Object.entries(block).filter(([name, value]) => {
    if (!Object.hasOwn(META, name)) return true;
    if (value !== null) meta = { ...meta, ...META[name]!(value, `${path}.${name}`, kind) };
    return false;
  });
  return { meta, attributes: Object.fromEntries(attributes) };
}

function readLifecycle(value: unknown, path: string, kind: string): Partial<MetaArguments> {
  const parts = blocksIn(value, path).flatMap(({ block }) =>
    Object.entries(block).map(([name, inner]) => {
      if (inner === null) return {};
      const read = Object.hasOwn(LIFECYCLE, name) ? LIFECYCLE[name]! : () => refuse(`${path}.${name}`, name);
      return read(inner, `${path}.${name}`, kind);
    }),
  );
  return Object.assign({}, ...parts) as Partial<MetaArguments>;
}

function readIgnored(value: unknown, path: string, kind: string): readonly string[] | 'all' {
  if (value === 'all') return 'all';
  const names = list(value, path);
  if (names.length === 1 && names[0] === 'all') return 'all';
  const known = resourceOf(kind).attributes.map(({ name }) => name);
  return names.map((item, index) => {
    const at = `${path}[${index}]`;
    const name = typeof item === 'string' ? item : '';
    if (/[[.]/.test(name)) throw unsupported(at, 'ignoring part of an attribute');
    const attribute = attributeName(name, at);
    if (!known.includes(attribute))
      throw new DelineaError('stack_invalid', `${kind} has no attribute "${name}"`, { path: at });
    return attribute;
  });
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new DelineaError('stack_invalid', 'must be a list', { path });
}

function flag(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new DelineaError('stack_invalid', 'must be true or false', { path });
}

function unsupported(path: string, what: string): DelineaError {
  return new DelineaError('unsupported', `the embedded engine does not support ${what}`, {
    path,
    hint: TERRAFORM_HINT,
  });
}

function refuse(path: string, what: string): never {
  throw unsupported(path, what);
}
