import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DelineaError } from '../provider/index.js';
import { readJsonFile } from './json-file.js';

const FILE = 'cdk.tf.json';
const CONFIG = 'cdktf.json';
const OUTPUT = 'cdktf.out';
const SYNTH =
  'Run `npx cdktf synth` first (`npx cdktn synth` with cdktn), or pass the path of the cdk.tf.json or of its folder.';

/** The file of a stack and the folder of its ledger. */
export interface StackLocation {
  readonly file: string;
  /**
   * Folder of the ledger. For `<root>/cdktf.out/stacks/<name>/` this is `<root>`: cdktf.out is not kept in version
   * control, and cdktf deletes old stacks from it. So it is for another output folder, which cdktf.json names or which has
   * a manifest.json, if `<root>` is in the path that was passed or in the working directory. Elsewhere it is the folder of the
   * stack: the content of a folder must not move the ledger out of it.
   */
  readonly root: string;
}

/**
 * Finds the stack at a path: a cdk.tf.json, its folder, or a cdktf project with one synthesised stack.
 * @throws DelineaError `stack_invalid` when there is no stack or more than one, or for a cdktf.json that cannot be used
 */
export function locateStack(path: string): StackLocation {
  const full = resolve(path);
  const kind = statSync(full, { throwIfNoEntry: false });
  if (!kind) throw new DelineaError('stack_invalid', `"${path}" does not exist`, { path, hint: SYNTH });
  const file = kind.isDirectory() ? stackIn(full, path) : full;
  return { file, root: rootOf(file, full) };
}

/** Returns whether there is a stack at a path. @throws DelineaError `stack_invalid` for a cdktf.json that cannot be used */
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
  return [join(folder, 'stacks'), join(configuredOutput(folder) ?? join(folder, OUTPUT), 'stacks')]
    .filter((stacks) => existsSync(stacks))
    .flatMap((stacks) => readdirSync(stacks).map((name) => join(stacks, name, FILE)))
    .filter((file) => existsSync(file))
    .sort();
}

/**
 * Returns the output folder that the cdktf.json of a project names.
 * @throws DelineaError `stack_invalid` for a file that is not JSON, or a folder outside of the project
 */
function configuredOutput(project: string): string | undefined {
  const file = join(project, CONFIG);
  if (!existsSync(file)) return undefined;
  const { output } = readJsonFile(file, CONFIG, 'Correct the file, or pass the path of the stack.');
  if (output === undefined) return undefined;
  const hint = `Name a folder in the project, such as "${OUTPUT}".`;
  if (typeof output !== 'string')
    throw new DelineaError('stack_invalid', '"output" must be a string', { path: file, hint });
  const folder = resolve(project, output);
  if (folder !== project && isIn(folder, project)) return folder;
  throw new DelineaError('stack_invalid', `the output folder "${output}" is not in the project`, { path: file, hint });
}

function rootOf(file: string, given: string): string {
  const folder = dirname(file);
  const stacks = dirname(folder);
  if (basename(stacks) !== 'stacks') return folder;
  const output = dirname(stacks);
  const project = projectOf(output, given);
  if (project !== undefined) return project;
  const root = dirname(output);
  const isOutput = basename(output) === OUTPUT || (existsSync(join(output, 'manifest.json')) && isHere(root));
  return isOutput ? root : folder;
}

/** Returns the project whose cdktf.json names the output folder, from the path that was passed or the working directory down. */
function projectOf(output: string, given: string): string | undefined {
  for (let project = dirname(output); isIn(project, given) || isHere(project); project = dirname(project)) {
    if (configuredOutput(project) === output) return project;
    if (project === dirname(project)) return undefined;
  }
  return undefined;
}

/** Returns whether a folder is the working directory or in it. */
function isHere(folder: string): boolean {
  return isIn(folder, process.cwd());
}

function isIn(folder: string, parent: string): boolean {
  const path = relative(parent, folder);
  return path.split(sep)[0] !== '..' && !isAbsolute(path);
}
