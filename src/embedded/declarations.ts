import { type Declaration, DelineaError, kindOf, type Resource, resources, terraformType } from '../provider/index.js';
import { type Block, isBlock, readAttributes, TERRAFORM_HINT } from './expression.js';
import type { Faults } from './faults.js';
import { splitMeta } from './meta-arguments.js';

/** What may stand in a `resource` block, and what in a `data` block. */
const MODES = {
  resource: {
    lookup: false,
    prefix: '',
    serves: (resource: Resource) => resource.removal !== undefined,
    instead: (type: string) => `It can be read and referred to, not declared: data "${type}".`,
  },
  data: {
    lookup: true,
    prefix: 'data.',
    serves: (resource: Resource) => resource.key.length === 1 && !resource.authoritativeFor,
    instead: () => 'It has no name of its own to look up.',
  },
} as const;

/** Reads the `resource` or the `data` section of a stack; faults are kept, and the rest is read. */
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
    throw new DelineaError('stack_invalid', `"${name}" is no block name`, { path: address });
  // A list of one is the other spelling of a block in Terraform's JSON.
  const block = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (!isBlock(block)) throw new DelineaError('stack_invalid', 'must be a block', { path: address });
  const { meta, attributes } = splitMeta(block, address, kind);
  if (lookup && 'lifecycle' in block) {
    throw new DelineaError('unsupported', 'lifecycle of a data source', {
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
    const one = resources.find(({ plural }) => terraformType(plural) === type);
    if (mode === 'data' && one && MODES.data.serves(one)) {
      throw new DelineaError('unsupported', `"${type}" looks up many at once, which only Terraform does`, {
        path,
        hint: `Look up each by its name with data "${terraformType(one.type)}", or use Terraform: terraform plan.`,
      });
    }
    const known = resources.map((candidate) => candidate.type).join(', ');
    throw new DelineaError('stack_invalid', `there is no kind "${type}"`, { path, hint: `Kinds: ${known}.` });
  }
  if (!MODES[mode].serves(resource)) {
    throw new DelineaError('stack_invalid', `"${type}" cannot stand in a ${mode} block`, {
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
