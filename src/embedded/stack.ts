import { basename, dirname } from 'node:path';
import {
  type Declaration,
  DelineaError,
  jsonFileExcess,
  MOST_DECLARATIONS,
  readRegularFile,
  type Values,
} from '../provider/index.js';
import { readDeclarations } from './declarations.js';
import { type Block, isBlock, TERRAFORM_HINT } from './expression.js';
import { Faults } from './faults.js';
import { jsonFault } from './json-fault.js';
import { jsonTrick } from './json-keys.js';
import { locateStack } from './locate-stack.js';
import { readProvider } from './provider-block.js';
import { type Move, readForgotten, readImports, readMoves, withImports } from './refactorings.js';
import { refuseSiblings } from './sibling-files.js';
import { checkTerraformBlock, stateFileOf } from './terraform-block.js';

/** Content of a synthesised stack. */
export interface Stack {
  readonly name: string;
  readonly file: string;
  /** Folder of the ledger. */
  readonly root: string;
  /** The provider block in camelCase, usually without secrets: those come from the environment. */
  readonly provider: Values;
  readonly declarations: readonly Declaration[];
  readonly moved: readonly Move[];
  /** Addresses to forget without a write. */
  readonly forgotten: readonly string[];
  /** Path of Terraform's local state of this stack. The file may not exist. */
  readonly stateFile?: string;
}

const TOO_LARGE = 'Correct the file, or divide it into several stacks.';
const ONE_VALUE = 'Programs differ in the value that they read. Merge the two by hand, or synthesise the stack again.';
const SECTIONS = ['//', 'terraform', 'provider', 'resource', 'data', 'moved', 'import', 'removed'];

/**
 * Reads a cdk.tf.json: a file, its folder, or a cdktf project with one stack.
 * @throws DelineaError or DelineaErrors with every fault and its path: `stack_invalid` for invalid input, `unsupported`
 * for features that only Terraform has
 */
export function readStack(path: string): Stack {
  const { file, root } = locateStack(path);
  refuseSiblings(file);
  const json = parse(readText(file), file);
  refuseTooMany(json, file);
  const faults = new Faults();
  for (const section of Object.keys(json)) {
    if (SECTIONS.includes(section)) continue;
    faults.add(
      new DelineaError('unsupported', `the embedded engine does not support "${section}"`, {
        path: section,
        hint: TERRAFORM_HINT,
      }),
    );
  }
  faults.attempt(() => checkTerraformBlock(json.terraform));
  const provider = readProvider(json.provider, faults);
  const declared = [
    ...readDeclarations(json.resource, 'resource', faults),
    ...readDeclarations(json.data, 'data', faults),
  ];
  const declarations = withImports(declared, readImports(json.import, faults), faults);
  const moved = readMoves(json.moved, faults);
  const forgotten = readForgotten(json.removed, declarations, faults);
  const name = faults.attempt(() => nameOf(json, file));
  faults.raise();
  const stateFile = stateFileOf(json.terraform, dirname(file));
  return { name: name!, file, root, provider, declarations, moved, forgotten, stateFile };
}

function readText(file: string): string {
  try {
    return readRegularFile(file, 'stack');
  } catch (cause) {
    if (cause instanceof DelineaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('stack_invalid', `cannot read the stack (${reason})`, {
      hint: 'Correct its permissions, or pass the path of another file.',
      path: file,
      cause,
    });
  }
}

function parse(text: string, file: string): Block {
  const hint = 'Create it again: `npx cdktf synth` for a stack, `delinea-iac plan --out` for a plan.';
  if (text.trim() === '') throw new DelineaError('stack_invalid', 'the file is empty', { path: file, hint });
  const excess = jsonFileExcess(text);
  if (excess) throw new DelineaError('stack_invalid', `the file ${excess}`, { path: file, hint: TOO_LARGE });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may contain a secret.
    const { line, column } = jsonFault(text);
    throw new DelineaError('stack_invalid', `not JSON: line ${line}, column ${column}`, { path: file, hint });
  }
  const trick = jsonTrick(text);
  if (trick) throw new DelineaError('stack_invalid', `the file ${trick}`, { path: file, hint: ONE_VALUE });
  if (isBlock(json)) return json;
  throw new DelineaError('stack_invalid', 'not a stack: must be a JSON object', { path: file, hint });
}

/** Refuses a stack with too many declarations. @throws DelineaError `stack_invalid` */
function refuseTooMany(json: Block, path: string): void {
  const types = [json.resource, json.data]
    .filter(isBlock)
    .flatMap((section) => Object.values(section))
    .filter(isBlock);
  const declared = types.reduce((sum, blocks) => sum + Object.keys(blocks).length, 0);
  if (declared <= MOST_DECLARATIONS) return;
  throw new DelineaError('stack_invalid', `${declared} declarations, more than ${MOST_DECLARATIONS}`, {
    path,
    hint: TOO_LARGE,
  });
}

/** Returns the name of the stack. It becomes part of file names, so its characters are limited. */
function nameOf(json: Block, file: string): string {
  const { metadata } = isBlock(json['//']) ? json['//'] : { metadata: undefined };
  const written = isBlock(metadata) ? metadata.stackName : undefined;
  const name = typeof written === 'string' ? written : basename(dirname(file));
  if (/^[\w][\w.-]{0,199}$/.test(name)) return name;
  const path = '//.metadata.stackName';
  const characters = 'letters, digits, ".", "_" and "-"';
  if (name === written)
    throw new DelineaError('stack_invalid', 'the name of the stack is not valid in a file name', {
      path,
      hint: `Use ${characters}.`,
    });
  throw new DelineaError(
    'stack_invalid',
    `the folder "${name}" gives the stack a name that is not valid in a file name`,
    {
      path: dirname(file),
      hint: `Rename the folder, or set ${path} in the stack. A name has ${characters}.`,
    },
  );
}
