import { readFile } from 'node:fs/promises';
import { DelineaError, type ImportBlock } from '../provider/index.js';
import { replaceFile } from './durable-file.js';

const MARK = '# Written by delinea-iac hand-over.';

/** `import` blocks in Terraform's language. */
function importBlocks(imports: readonly ImportBlock[]): string {
  const head = `${MARK} Delete this file once terraform apply has imported everything.\n`;
  return [head, ...imports.map(({ address, id }) => `import {\n  to = ${address}\n  id = ${quotedHcl(id)}\n}\n`)].join(
    '\n',
  );
}

/**
 * Writes such a file, or writes one of its own anew.
 * @throws DelineaError `settings_invalid` where the file is somebody else's, or cannot be written
 */
export async function writeImports(path: string, imports: readonly ImportBlock[]): Promise<void> {
  try {
    const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return MARK;
      throw error;
    });
    if (!before.startsWith(MARK)) {
      throw new DelineaError('settings_invalid', 'the file is there and was not written by hand-over', {
        path,
        hint: 'Name another with --out, or move it away.',
      });
    }
    await replaceFile(path, importBlocks(imports));
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DelineaError('settings_invalid', `cannot write the import blocks (${code ?? message})`, {
      path,
      cause: error,
    });
  }
}

/** A text of Terraform's language that means exactly these characters. */
function quotedHcl(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    // By number, because of "$${" nobody can tell where the template begins.
    .replace(/[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'));
  return `"${escaped}"`;
}
