import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Declaration, DelineaError, type Values } from '../provider/index.js';
import { readDeclarations } from './declarations.js';
import { type Block, isBlock, TERRAFORM_HINT } from './expression.js';
import { Faults } from './faults.js';
import { jsonFault } from './json-fault.js';
import { locateStack } from './locate-stack.js';
import { readProvider } from './provider-block.js';
import { type Move, readForgotten, readImports, readMoves, withImports } from './refactorings.js';
import { checkTerraformBlock, stateFileOf } from './terraform-block.js';

/** What a synthesised stack says. */
export interface Stack {
  readonly name: string;
  readonly file: string;
  /** Folder where the ledger stands. */
  readonly root: string;
  /** The provider block in camelCase; secrets usually come from the environment instead. */
  readonly provider: Values;
  readonly declarations: readonly Declaration[];
  readonly moved: readonly Move[];
  /** Addresses to let go without a write. */
  readonly forgotten: readonly string[];
  /** Where Terraform keeps its state of this stack, unless it is configured elsewhere; there may be none. */
  readonly stateFile?: string;
}

const SECTIONS = ['//', 'terraform', 'provider', 'resource', 'data', 'moved', 'import', 'removed'];

/**
 * Reads a cdk.tf.json: a file, its folder, or a cdktf project with one stack.
 * @throws DelineaError or DelineaErrors: `stack_invalid` for what no engine could read, `unsupported` for what only
 * Terraform does; every fault found, each with its place
 */
export function readStack(path: string): Stack {
  const { file, root } = locateStack(path);
  const json = parse(readText(file), file);
  const faults = new Faults();
  for (const section of Object.keys(json)) {
    if (SECTIONS.includes(section)) continue;
    faults.add(
      new DelineaError('unsupported', `the embedded engine does not read "${section}"`, {
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
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('stack_invalid', `cannot read the stack (${reason})`, { path: file, cause });
  }
}

function parse(text: string, file: string): Block {
  const hint = 'Make it anew: `npx cdktf synth` for a stack, `delinea-iac plan --out` for a plan.';
  if (text.trim() === '') throw new DelineaError('stack_invalid', 'the file is empty', { path: file, hint });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    const { line, column } = jsonFault(text);
    throw new DelineaError('stack_invalid', `not JSON: line ${line}, column ${column}`, { path: file, hint });
  }
  if (isBlock(json)) return json;
  throw new DelineaError('stack_invalid', 'not a stack: an object was expected', { path: file, hint });
}

/** The stack's name becomes part of a file name, so it must be one. */
function nameOf(json: Block, file: string): string {
  const { metadata } = isBlock(json['//']) ? json['//'] : { metadata: undefined };
  const written = isBlock(metadata) ? metadata.stackName : undefined;
  const name = typeof written === 'string' ? written : basename(dirname(file));
  if (/^[\w][\w.-]{0,199}$/.test(name)) return name;
  throw new DelineaError('stack_invalid', 'the name of the stack cannot stand in a file name', {
    path: '//.metadata.stackName',
    hint: 'Use letters, digits, ".", "_" and "-".',
  });
}
