import { resolve } from 'node:path';
import { DelineaError } from '../provider/index.js';
import { type Block, blocksIn, isBlock, TERRAFORM_HINT } from './expression.js';

/** What cdktf writes of its own accord. A local backend is where Terraform's state would stand: ours is the ledger. */
const ALLOWED: Readonly<Record<string, { readonly only: string; readonly what: string }>> = {
  backend: { only: 'local', what: 'backend' },
  required_providers: { only: 'delinea', what: 'provider' },
};

/** @throws DelineaError `unsupported` for a remote backend, another provider or any other setting of Terraform's */
export function checkTerraformBlock(section: unknown): void {
  if (section === undefined || section === null) return;
  for (const { block, path } of blocksIn(section, 'terraform')) {
    for (const [name, value] of Object.entries(block)) {
      if (name !== '//') checkSetting(name, value, `${path}.${name}`);
    }
  }
}

function checkSetting(name: string, value: unknown, path: string): void {
  const allowed = Object.hasOwn(ALLOWED, name) ? ALLOWED[name] : undefined;
  if (!allowed)
    throw new DelineaError('unsupported', `"${name}" is not supported by the embedded engine`, {
      path,
      hint: TERRAFORM_HINT,
    });
  const blocks: Block[] = blocksIn(value, path).map(({ block }) => block);
  const other = blocks.flatMap((block) => Object.keys(block)).find((key) => key !== allowed.only);
  if (other !== undefined) {
    throw new DelineaError('unsupported', `${allowed.what} "${other}"`, {
      path: `${path}.${other}`,
      hint: TERRAFORM_HINT,
    });
  }
  if (blocks.some((block) => !isBlock(block[allowed.only] ?? {}))) {
    throw new DelineaError('stack_invalid', 'must be a block', { path: `${path}.${allowed.only}` });
  }
}

/**
 * Where Terraform's local backend keeps its state, which it looks for from the folder of the stack.
 * @param section that was checked
 */
export function stateFileOf(section: unknown, folder: string): string {
  const locals = blocksIn(section ?? [], 'terraform')
    .flatMap(({ block }) => blocksIn(block.backend ?? [], 'terraform.backend'))
    .flatMap(({ block }) => blocksIn(block.local ?? [], 'terraform.backend.local'));
  const written = locals.map(({ block }) => block.path).find((path) => typeof path === 'string');
  return resolve(folder, written ?? 'terraform.tfstate');
}
