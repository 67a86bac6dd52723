import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** Where Terraform can start a script. The file is the same for all; on Windows it would need a program of its own. */
const PLATFORMS = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'];

const NAME = 'terraform-provider-delinea';

/** External attributes of a file made on Unix: type, and permissions 0755. */
const UNIX = 3;
const EXECUTABLE = 0o100755 << 16;

/**
 * Writes what a registry, or a folder as filesystem_mirror, serves: a zip for each platform, the manifest, and the
 * checksums of all of them. The same bundle gives the same bytes, whenever and wherever it is made.
 * @param bundle the provider as one script
 * @returns the paths of what was written
 */
export function writeRegistryFiles(bundle: Uint8Array, version: string, folder: string): string[] {
  // With .cjs, since node would read any other name by the rules of the project that it is unpacked in.
  const executable = `${NAME}_v${version}.cjs`;
  // Zips hold the time of day of where they are made; so this is the same everywhere.
  const mtime = new Date(2000, 0, 1);
  const zip = zipSync({ [executable]: [bundle, { mtime, os: UNIX, attrs: EXECUTABLE }] });
  const manifest = { version: 1, metadata: { protocol_versions: ['6.0'] } };
  const files: [string, Uint8Array][] = [
    ...PLATFORMS.map((platform): [string, Uint8Array] => [`${NAME}_${version}_${platform}.zip`, zip]),
    [`${NAME}_${version}_manifest.json`, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
  ];
  const sums = files.map(([name, data]) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`);
  files.push([`${NAME}_${version}_SHA256SUMS`, Buffer.from(sums.join(''))]);
  mkdirSync(folder, { recursive: true });
  return files.map(([name, data]) => {
    const path = join(folder, name);
    writeFileSync(path, data);
    return path;
  });
}
