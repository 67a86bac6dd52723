import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimePackage } from './runtime-packages.js';

const LEGAL = /^(un)?licen[cs]e|^copying|^notice/i;

/** Returns the page with the licence of every package that is installed with this one, or bundled into its programs. */
export function noticesPage(root: string, packages: readonly RuntimePackage[]): string {
  const sections = packages.map(({ path, name, version, license }) => {
    const texts = legalTexts(join(root, path));
    return `${'='.repeat(80)}\n${name} ${version}\n${license}\n${'='.repeat(80)}\n\n${texts.join('\n\n')}\n`;
  });
  return `Third-party notices of delinea-iac

delinea-iac is installed with the ${packages.length} packages below, and its programs (dist/cli, dist/terraform-provider-delinea.cjs
and the archives of the provider) contain parts of them. Generated from package-lock.json.

${sections.join('\n')}`;
}

/** Returns the licence files of a package. Without any, the notices at the beginning of its source files. */
function legalTexts(folder: string): string[] {
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run npm ci`);
  const files = readdirSync(folder).filter((name) => LEGAL.test(name));
  if (files.length > 0) return files.sort().map((name) => plain(readFileSync(join(folder, name), 'utf8')));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.js$/.test(name));
  return [...new Set(sources.sort().map((name) => copyrightOf(readFileSync(join(folder, name), 'utf8'))))]
    .filter((text) => text !== '')
    .sort();
}

/** Returns the comment at the beginning of a source file, if it is a copyright notice. */
function copyrightOf(source: string): string {
  const [comment = ''] = /^(?:\/\/.*\n)+/.exec(source) ?? [];
  return /copyright/i.test(comment) ? plain(comment.replace(/^\/\/ ?/gm, '')) : '';
}

function plain(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
