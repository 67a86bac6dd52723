import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that an installation of this one brings. */
export interface RuntimePackage {
  /** Folder below the project's root. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SPDX identifier or expression. */
  readonly license: string;
  /** Checksum of its archive in the registry: `sha512-` and base64. */
  readonly integrity: string;
  /** Folders of the packages that it needs. */
  readonly needs: readonly string[];
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Returns the runtime packages of the lock file, sorted by name. Reads the lock file itself: `npm sbom --omit dev` leaves
 * out packages that a development tool needs as well.
 */
export function runtimePackages(root: string): readonly RuntimePackage[] {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license = 'NOASSERTION', integrity, dependencies = {} }]) => ({
      path,
      name: nameOf(path),
      version,
      license,
      integrity,
      needs: Object.keys(dependencies).flatMap((name) => folderOf(name, path, packages)),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Returns the folder in which Node finds a package from another package's folder: its own, or that of a folder above. */
function folderOf(name: string, from: string, packages: Readonly<Record<string, Locked>>): string[] {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at}${at && '/'}node_modules/${name}`;
    if (path in packages) return [path];
    if (at === '') return [];
  }
}
