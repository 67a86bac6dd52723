import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ZippableFile, zipSync } from 'fflate';

/** Platforms on which Terraform can start a script. The file is the same for all; Windows would need an executable. */
const PLATFORMS = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'];

const NAME = 'terraform-provider-delinea';

/** External attributes of a file made on Unix: its type and permissions. */
const UNIX = 3;
const EXECUTABLE = 0o100755 << 16;
const READABLE = 0o100644 << 16;

/**
 * Writes the files that a registry or a filesystem_mirror serves: a zip per platform, the manifest and the checksums. The
 * same bundle gives the same bytes at any time and place.
 * @param bundle the provider as one script
 * @param papers licence, notices and the like by name, which each zip contains as well
 * @returns the paths of the written files
 */
export function writeRegistryFiles(
  bundle: Uint8Array,
  papers: ReadonlyMap<string, Uint8Array>,
  version: string,
  folder: string,
): string[] {
  // With .cjs, because node would interpret any other name by the package.json of the surrounding project.
  const executable = `${NAME}_v${version}.cjs`;
  // Zip files store local time, so the date is built from local parts to be the same in every time zone.
  const mtime = new Date(2000, 0, 1);
  const entry = (data: Uint8Array, attrs: number): ZippableFile => [data, { mtime, os: UNIX, attrs }];
  const others = [...papers].map(([name, data]) => [name, entry(data, READABLE)] as const);
  const zip = zipSync({ [executable]: entry(bundle, EXECUTABLE), ...Object.fromEntries(others) });
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
