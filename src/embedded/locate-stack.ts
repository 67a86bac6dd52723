import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DelineaError } from '../provider/index.js';

const FILE = 'cdk.tf.json';
const SYNTH = 'Run `npx cdktf synth` first, or name the folder or the cdk.tf.json.';

/** A stack's file, and the folder where what is remembered of it stands. */
export interface StackPlace {
  readonly file: string;
  /**
   * cdktf.out is output, which nobody keeps and cdktf clears of stacks that are gone, so the ledger of
   * `<root>/cdktf.out/stacks/<name>/` stands in `<root>`.
   */
  readonly root: string;
}

/**
 * Finds the one stack that a path means: a cdk.tf.json, its folder, or a cdktf project with one synthesised stack.
 * @throws DelineaError `stack_invalid` where there is none or several
 */
export function locateStack(path: string): StackPlace {
  const full = resolve(path);
  const kind = statSync(full, { throwIfNoEntry: false });
  if (!kind) throw new DelineaError('stack_invalid', `there is no "${path}"`, { path, hint: SYNTH });
  const file = kind.isDirectory() ? stackIn(full, path) : full;
  return { file, root: rootOf(file) };
}

/** Whether the path leads to a stack at all; `apply <plan file>` works without one. */
export function hasStack(path: string): boolean {
  return candidates(resolve(path)).length > 0;
}

function stackIn(folder: string, path: string): string {
  const found = candidates(folder);
  if (found.length === 0)
    throw new DelineaError('stack_invalid', `no synthesised stack in "${path}"`, { path, hint: SYNTH });
  if (found.length > 1) {
    const names = found.map((file) => basename(dirname(file))).join(', ');
    throw new DelineaError('stack_invalid', `"${path}" holds ${found.length} stacks: ${names}`, {
      path,
      hint: `Name one: ${dirname(found[0]!)}`,
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
  const synthesised =
    basename(stacks) === 'stacks' && (basename(output) === 'cdktf.out' || existsSync(join(output, 'manifest.json')));
  return synthesised ? dirname(output) : folder;
}
