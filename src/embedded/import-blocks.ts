import { type ImportBlock, quoted } from '../provider/index.js';
import { checkReplaceable, replaceFile, unwritable } from './durable-file.js';

const WHAT = 'file of import blocks';
const MARK = '# Written by delinea-iac export-terraform.';

/** Returns `import` blocks in HCL. */
function importBlocks(imports: readonly ImportBlock[]): string {
  const head = `${MARK} Delete this file once terraform apply has imported everything.\n`;
  return [head, ...imports.map(({ address, id }) => `import {\n  to = ${address}\n  id = ${quotedHcl(id)}\n}\n`)].join(
    '\n',
  );
}

/**
 * Writes a file with import blocks. Overwrites only a file that this command wrote.
 * @throws DelineaError `file_refused` when the file has other content or is a link, `settings_invalid` when it cannot be
 * written
 */
export async function writeImports(path: string, imports: readonly ImportBlock[]): Promise<void> {
  try {
    checkReplaceable(path, WHAT, isImportBlocks);
    await replaceFile(path, importBlocks(imports), WHAT);
  } catch (error) {
    throw unwritable(path, 'import blocks', error);
  }
}

/** Returns whether a text is a file that `writeImports` wrote. */
export function isImportBlocks(text: string): boolean {
  return text.startsWith(MARK) && /^.*\n(\nimport \{\n {2}to = .*\n {2}id = ".*"\n\}\n)*$/.test(text);
}

/** Returns an HCL string literal with exactly these characters. */
function quotedHcl(text: string): string {
  return (
    quoted(text)
      .replace(/\\\\|\\u\{(\w+)\}/g, (found, code?: string) => (code ? `\\U${code.padStart(8, '0')}` : found))
      // As \u escapes, because in "$${" the beginning of the template is ambiguous.
      .replace(/[$%](?=\{)/g, (character) => (character === '$' ? '\\u0024' : '\\u0025'))
  );
}
