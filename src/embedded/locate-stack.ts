import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DelineaError } from '../provider/index.js';

const FILE = 'cdk.tf.json';
const SYNTH = 'Run `npx cdktf synth` first, or pass the path of the cdk.tf.json or of its folder.';

/** The file of a stack and the folder of its ledger. */
export interface StackLocation {
  readonly file: string;
  /**
   * Folder of the ledger. For `<root>/cdktf.out/stacks/<name>/` this is `<root>`: cdktf.out is not kept in version
   * control, and cdktf deletes old stacks from it. So it is for another name of the output folder, if `<root>` is in the
   * working directory. Elsewhere it is the folder of the stack: the content of a folder must not move the ledger out of it.
   */
  readonly root: string;
}

/**
 * Finds the stack at a path: a cdk.tf.json, its folder, or a cdktf project with one synthesised stack.
 * @throws DelineaError `stack_invalid` when there is no stack or more than one
 */
export function locateStack(path: string): StackLocation {
  const full = resolve(path);
  const kind = statSync(full, { throwIfNoEntry: false });
  if (!kind) throw new DelineaError('stack_invalid', `"${path}" does not exist`, { path, hint: SYNTH });
  const file = kind.isDirectory() ? stackIn(full, path) : full;
  return { file, root: rootOf(file) };
}

/** Returns whether there is a stack at a path. */
export function hasStack(path: string): boolean {
  return candidates(resolve(path)).length > 0;
}

function stackIn(folder: string, path: string): string {
  const found = candidates(folder);
  if (found.length === 0)
    throw new DelineaError('stack_invalid', `"${path}" does not contain a synthesised stack`, { path, hint: SYNTH });
  if (found.length > 1) {
    const names = found.map((file) => basename(dirname(file))).join(', ');
    throw new DelineaError('stack_invalid', `"${path}" contains ${found.length} stacks: ${names}`, {
      path,
      hint: `Pass the path of one of them, such as ${dirname(found[0]!)}.`,
    });
  }
  return found[0]!;
}

function candidates(folder: string): string[] {
  const own = join(folder, FILE);
  if (existsSync(own)) return [own];
  return [join(folder, 'stacks'), join(folder, 'cdktf.out', 'stacks')]
    .filter((stacks) => existsSync(stacks))
    .flatMap((stacks) => readdirSync(stacks).map((name) => join(stacks, name, FILE)))
    .filter((file) => existsSync(file))
    .sort();
}

function rootOf(file: string): string {
  const folder = dirname(file);
  const stacks = dirname(folder);
  const output = dirname(stacks);
  const root = dirname(output);
  const isOutput = basename(output) === 'cdktf.out' || (existsSync(join(output, 'manifest.json')) && isHere(root));
  return basename(stacks) === 'stacks' && isOutput ? root : folder;
}

/** Returns whether a folder is the working directory or in it. */
function isHere(folder: string): boolean {
  const path = relative(process.cwd(), folder);
  return path.split(sep)[0] !== '..' && !isAbsolute(path);
}
