import { resolve } from 'node:path';
import { DelineaError } from '../provider/index.js';
import { type Block, blocksIn, isBlock, TERRAFORM_HINT } from './expression.js';

/** Settings that cdktf writes itself. A local backend is accepted and ignored: the embedded engine uses the ledger. */
const ALLOWED: Readonly<Record<string, { readonly only: string; readonly title: string }>> = {
  backend: { only: 'local', title: 'backend' },
  required_providers: { only: 'delinea', title: 'provider' },
};

/**
 * Checks the `terraform` section.
 * @throws DelineaError `unsupported` for a remote backend, another provider or any other setting of Terraform's
 */
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
    throw new DelineaError('unsupported', `the embedded engine does not support "${name}"`, {
      path,
      hint: TERRAFORM_HINT,
    });
  const blocks: Block[] = blocksIn(value, path).map(({ block }) => block);
  const other = blocks.flatMap((block) => Object.keys(block)).find((key) => key !== allowed.only);
  if (other !== undefined) {
    throw new DelineaError('unsupported', `the embedded engine does not support the ${allowed.title} "${other}"`, {
      path: `${path}.${other}`,
      hint: TERRAFORM_HINT,
    });
  }
  if (blocks.some((block) => !isBlock(block[allowed.only] ?? {}))) {
    throw new DelineaError('stack_invalid', 'must be a block', { path: `${path}.${allowed.only}` });
  }
}

/**
 * Returns the path of the local backend's state, which Terraform resolves from the folder of the stack.
 * @param section a `terraform` section that `checkTerraformBlock` has accepted
 */
export function stateFileOf(section: unknown, folder: string): string {
  const locals = blocksIn(section ?? [], 'terraform')
    .flatMap(({ block }) => blocksIn(block.backend ?? [], 'terraform.backend'))
    .flatMap(({ block }) => blocksIn(block.local ?? [], 'terraform.backend.local'));
  const written = locals.map(({ block }) => block.path).find((path) => typeof path === 'string');
  return resolve(folder, written ?? 'terraform.tfstate');
}
