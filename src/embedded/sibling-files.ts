import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DelineaError, readRegularFile } from '../provider/index.js';
import { isImportBlocks } from './import-blocks.js';

/** Files that Terraform or OpenTofu reads as parts of one configuration. Hidden files and backups are passed over. */
const CONFIGURATION = /^(?!\.)(?!#).*\.(tf|tofu)(\.json)?$/;

/**
 * Refuses a folder with other files of the same configuration: objects that only they declare would count as removed.
 * @param file the stack, which is read alone
 * @throws DelineaError `stack_invalid` with the names of the files
 */
export function refuseSiblings(file: string): void {
  const folder = dirname(file);
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && CONFIGURATION.test(entry.name) && entry.name !== basename(file))
    .filter(({ name }) => name.endsWith('.json') || !declaresNothing(join(folder, name)))
    .map(({ name }) => name)
    .sort();
  if (others.length === 0) return;
  throw new DelineaError(
    'stack_invalid',
    `Terraform also reads ${others.join(', ')}, and the embedded engine does not`,
    {
      path: folder,
      hint: `Move the blocks into ${basename(file)}, move the files to another folder, or use Terraform: terraform plan.`,
    },
  );
}

/** Returns whether a file has only comments, or is one of export-terraform, whose imports are in the ledger. */
function declaresNothing(path: string): boolean {
  try {
    const text = readRegularFile(path, 'configuration');
    return isImportBlocks(text) || text.split('\n').every((line) => /^\s*(#|\/\/|$)/.test(line));
  } catch {
    return false;
  }
}
