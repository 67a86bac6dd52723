import { type Declaration, DelineaError, kindOf, type Resource, resources, terraformType } from '../provider/index.js';
import { type Block, isBlock, readAttributes, TERRAFORM_HINT } from './expression.js';
import type { Faults } from './faults.js';
import { splitMeta } from './meta-arguments.js';

/** Kinds that a `resource` block and a `data` block accept. */
const MODES = {
  resource: {
    lookup: false,
    prefix: '',
    serves: (resource: Resource) => resource.removal !== undefined,
    instead: (type: string) => `It can only be looked up: use data "${type}".`,
  },
  data: {
    lookup: true,
    prefix: 'data.',
    serves: (resource: Resource) => resource.edge === undefined && !resource.authoritativeFor,
    instead: () => 'It does not have a name to look it up by.',
  },
} as const;

/** Reads the `resource` or `data` section of a stack. Collects faults and reads the rest. */
export function readDeclarations(section: unknown, mode: keyof typeof MODES, faults: Faults): Declaration[] {
  return entriesOf(section, mode, faults).flatMap(([type, blocks]) => {
    const kind = faults.attempt(() => servedKind(type, mode));
    if (kind === undefined) return [];
    return entriesOf(blocks, `${mode}.${type}`, faults).flatMap(([name, block]) => {
      const address = `${MODES[mode].prefix}${type}.${name}`;
      return faults.attempt(() => [readDeclaration(block, address, kind, name, MODES[mode].lookup)]) ?? [];
    });
  });
}

function readDeclaration(value: unknown, address: string, kind: string, name: string, lookup: boolean): Declaration {
  if (!/^[A-Za-z_][\w-]*$/.test(name))
    throw new DelineaError('stack_invalid', `"${name}" is not a valid block name`, {
      hint: 'Begin with a letter or "_"; use only letters, digits, "_" and "-".',
      path: address,
    });
  // Terraform's JSON may also write a block as a list with one element.
  const block = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (!isBlock(block)) throw new DelineaError('stack_invalid', 'must be a block', { path: address });
  const { meta, attributes } = splitMeta(block, address, kind);
  if (lookup && 'lifecycle' in block) {
    throw new DelineaError('unsupported', 'the embedded engine does not support lifecycle in a data source', {
      path: `${address}.lifecycle`,
      hint: TERRAFORM_HINT,
    });
  }
  return { address, kind, values: readAttributes(attributes, address), lookup, ...meta };
}

function servedKind(type: string, mode: keyof typeof MODES): string {
  const path = `${MODES[mode].prefix}${type}`;
  const kind = kindOf(type);
  if (kind === undefined) {
    throw new DelineaError('unsupported', `"${type}" belongs to another provider`, { path, hint: TERRAFORM_HINT });
  }
  const resource = resources.find((candidate) => candidate.type === kind);
  if (!resource) {
    const singular = resources.find(({ plural }) => terraformType(plural) === type);
    if (mode === 'data' && singular && MODES.data.serves(singular)) {
      throw new DelineaError(
        'unsupported',
        `the embedded engine does not support "${type}", which looks up several objects`,
        {
          path,
          hint: `Look up each object by its name with data "${terraformType(singular.type)}", or use Terraform: terraform plan.`,
        },
      );
    }
    const known = resources.map((candidate) => candidate.type).join(', ');
    throw new DelineaError('stack_invalid', `"${type}" is not a known kind`, { path, hint: `Kinds: ${known}.` });
  }
  if (!MODES[mode].serves(resource)) {
    throw new DelineaError('stack_invalid', `"${type}" cannot be used in a ${mode} block`, {
      path,
      hint: MODES[mode].instead(type),
    });
  }
  return kind;
}

function entriesOf(section: unknown, path: string, faults: Faults): [string, unknown][] {
  if (section === undefined || section === null) return [];
  if (isBlock(section)) return Object.entries(section as Block).filter(([name]) => name !== '//');
  faults.add(new DelineaError('stack_invalid', 'must be an object', { path }));
  return [];
}
