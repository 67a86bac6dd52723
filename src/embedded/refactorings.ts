import { type Declaration, DelineaError, readImportSettings, resourceOf } from '../provider/index.js';
import { type Block, blocksIn, readAddress, readText, TERRAFORM_HINT } from './expression.js';
import type { Faults } from './faults.js';

/** A `moved` block: the object is kept under another address. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

export function readMoves(section: unknown, faults: Faults): Move[] {
  return read(section, 'moved', ['from', 'to'], faults, (block, path) => {
    const move = { from: readAddress(block.from, `${path}.from`), to: readAddress(block.to, `${path}.to`) };
    if (typeOf(move.from) !== typeOf(move.to)) {
      throw new DelineaError('stack_invalid', `${move.from} cannot be moved to ${move.to}: it is of another kind`, {
        hint: 'Delete the moved block: an object of another kind is created, not moved.',
        path,
      });
    }
    return move;
  });
}

/** Reads `import` blocks: the id or natural key of a live object, by the address of its declaration. */
export function readImports(section: unknown, faults: Faults): Map<string, string> {
  const imports = read(section, 'import', ['to', 'id', 'provider'], faults, (block, path) => {
    if ((block.provider ?? 'delinea') !== 'delinea') {
      throw new DelineaError('unsupported', 'the embedded engine does not support a provider alias', {
        path: `${path}.provider`,
        hint: TERRAFORM_HINT,
      });
    }
    return [readAddress(block.to, `${path}.to`), readText(block.id, `${path}.id`)] as const;
  });
  return new Map(imports);
}

/** Reads `removed` blocks with `destroy = false`: addresses to forget without a write. Others are removed as usual. */
export function readForgotten(section: unknown, declarations: readonly Declaration[], faults: Faults): string[] {
  const removed = read(section, 'removed', ['from', 'lifecycle'], faults, (block, path) => {
    const from = readAddress(block.from, `${path}.from`);
    if (declarations.some(({ address }) => address === from)) {
      throw new DelineaError('stack_invalid', `${from} is both declared and in a removed block`, {
        path,
        hint: 'Delete the declaration or the removed block.',
      });
    }
    return { from, destroy: readDestroy(block.lifecycle, `${path}.lifecycle`) };
  });
  return removed.filter(({ destroy }) => !destroy).map(({ from }) => from);
}

/** Adds the import id to each declaration that has one. */
export function withImports(
  declarations: readonly Declaration[],
  imports: ReadonlyMap<string, string>,
  faults: Faults,
): Declaration[] {
  const declared = new Set(declarations.filter(({ lookup }) => !lookup).map(({ address }) => address));
  for (const to of imports.keys()) {
    if (!declared.has(to)) {
      faults.add(
        new DelineaError('stack_invalid', `"${to}" is not declared`, {
          path: 'import',
          hint: 'Declare it, or delete the import block.',
        }),
      );
    }
  }
  return declarations.map((declaration) => {
    const text = imports.get(declaration.address);
    if (text === undefined) return declaration;
    const importId = faults.attempt(() => readImportSettings(resourceOf(declaration.kind), text).id);
    return { ...declaration, importId };
  });
}

function readDestroy(lifecycle: unknown, path: string): boolean {
  if (lifecycle === undefined || lifecycle === null) return true;
  const [first] = blocksIn(lifecycle, path);
  const { destroy = true, ...others } = first?.block ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new DelineaError('unsupported', `the embedded engine does not support ${other}`, {
      path: `${path}.${other}`,
      hint: TERRAFORM_HINT,
    });
  if (typeof destroy === 'boolean') return destroy;
  throw new DelineaError('stack_invalid', 'must be true or false', { path: `${path}.destroy` });
}

function read<T>(
  section: unknown,
  name: string,
  known: readonly string[],
  faults: Faults,
  readBlock: (block: Block, path: string) => T,
): T[] {
  if (section === undefined || section === null) return [];
  const blocks = faults.attempt(() => blocksIn(section, name)) ?? [];
  return blocks.flatMap(({ block, path }) => {
    const part = faults.attempt(() => {
      const other = Object.keys(block).find((key) => key !== '//' && !known.includes(key));
      if (other !== undefined)
        throw new DelineaError('unsupported', `the embedded engine does not support "${other}"`, {
          path: `${path}.${other}`,
          hint: TERRAFORM_HINT,
        });
      return [readBlock(block, path)];
    });
    return part ?? [];
  });
}

function typeOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}
