import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The forms in which compiled code and declarations import the CDK. */
const IMPORT = /(\bfrom |\bimport\(|\brequire\()(['"])cdktf\2/g;

/**
 * Copies compiled constructs and lets them import `cdktn`, the fork that continues `cdktf` under its own name with the same
 * API. A package that imports either at run time would have no types of its own and no static imports.
 */
export function writeForCdktn(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const files = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|d\.ts)$/.test(name));
  for (const file of files) {
    const path = join(to, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(IMPORT, '$1$2cdktn$2'));
  }
}
