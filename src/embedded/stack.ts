import { basename, dirname } from 'node:path';
import { type Declaration, DelineaError, type Finding, MOST_DECLARATIONS, type Values } from '../provider/index.js';
import { readDeclarations } from './declarations.js';
import { type Block, isBlock, TERRAFORM_HINT } from './expression.js';
import { Faults } from './faults.js';
import { readJsonFile, TOO_LARGE } from './json-file.js';
import { locateStack } from './locate-stack.js';
import { dependencyNotes } from './manifest.js';
import { passOver } from './passed-over.js';
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
  /** Notes about parts that are not read, and about stacks that this one depends on. */
  readonly findings: readonly Finding[];
  /** Path of Terraform's local state of this stack. The file may not exist. */
  readonly stateFile?: string;
}

const WRITE = 'Create it again: `npx cdktf synth` for a stack, `delinea-iac plan --out` for a plan.';
const SECTIONS = ['//', 'terraform', 'provider', 'resource', 'data', 'moved', 'import', 'removed'];

/**
 * Reads a cdk.tf.json: a file, its folder, or a cdktf project with one stack.
 * @throws DelineaError or DelineaErrors with every fault and its path: `stack_invalid` for invalid input, `unsupported`
 * for features that only Terraform has
 */
export function readStack(path: string): Stack {
  const { file, root } = locateStack(path);
  refuseSiblings(file);
  const { left: json, findings } = passOver(readJsonFile(file, 'stack', WRITE));
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
  const notes = [...findings, ...dependencyNotes(file, name!)];
  return { name: name!, file, root, provider, declarations, moved, forgotten, findings: notes, stateFile };
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
