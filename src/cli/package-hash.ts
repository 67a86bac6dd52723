import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * Returns the checksum that Terraform records for a provider's folder in `.terraform.lock.hcl`: `h1:` and the base64 of a
 * SHA-256 over a line with hex SHA-256 and path for each file, sorted by path (golang.org/x/mod/sumdb/dirhash, Hash1).
 */
export function packageHash(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    // Go sorts by bytes.
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const lines = files.map((file) => `${sha256(readFileSync(join(folder, file))).toString('hex')}  ${file}\n`);
  return `h1:${sha256(lines.join('')).toString('base64')}`;
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
