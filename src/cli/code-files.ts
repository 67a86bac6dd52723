import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { locateStack } from '../embedded/index.js';
import { DelineaError } from '../provider/index.js';
import { type CodeFile, CodePlaces, type SourcePlace } from '../review/index.js';
import { parseJsonInput, readInput } from './input-file.js';

/**
 * Reads the code in which reports show the place of a declaration: a folder with Terraform's files or with a synthesised
 * stack, or one file. Its place is relative to the working directory, which is the root of the repository.
 * @param source unset: the working directory, if it has such files
 * @param examined the file that the command examined: the place of what is in no known code
 * @throws DelineaError
 */
export function readCodePlaces(
  source: string | undefined,
  examined: string,
): (address: string | undefined) => SourcePlace {
  const places = new CodePlaces(codeFiles(source).map(readCode));
  const elsewhere = { path: pathIn(examined) ?? basename(examined) };
  return (address) => (address === undefined ? undefined : places.of(address)) ?? elsewhere;
}

interface Found {
  readonly file: string;
  /** Folder of the cdktf project, if the file is its synthesised stack. */
  readonly project?: string;
}

function codeFiles(source: string | undefined): readonly Found[] {
  const path = source ?? '.';
  const kind = statSync(path, { throwIfNoEntry: false });
  if (!kind) throw refusal(path, 'it does not exist');
  if (!kind.isDirectory()) return [stackAt(path)];
  const own = readdirSync(path)
    .filter((name) => /\.tf(\.json)?$/.test(name) && name !== 'cdk.tf.json')
    .sort()
    .map((name) => ({ file: join(path, name) }));
  try {
    return [...own, stackAt(path)];
  } catch (error) {
    // Without a stack there are only Terraform's files; without those, an explicit path is a mistake.
    if (own.length > 0 || source === undefined) return own;
    throw error;
  }
}

function stackAt(path: string): Found {
  if (path.endsWith('.tf')) return { file: path };
  const { file, root } = locateStack(path);
  return { file, project: root };
}

function readCode({ file, project = dirname(file) }: Found): CodeFile {
  const [path, folder] = [pathIn(file), pathIn(project)];
  if (path === undefined || folder === undefined) throw refusal(file, 'it is not in this folder');
  const text = readInput(file, 'code', refusal);
  if (path.endsWith('.json')) parseJsonInput(file, text, refusal);
  return { path, text, project: folder };
}

/** Returns a path relative to the working directory; undefined for one outside of it. */
function pathIn(path: string): string | undefined {
  const names = relative('.', path).split(sep);
  return names[0] === '..' || isAbsolute(names.join(sep)) ? undefined : names.join('/');
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the code cannot be used: ${why}`, {
    path,
    hint: 'Run review at the root of the repository, and pass a folder of code in it with --source.',
  });
}
