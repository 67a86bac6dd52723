import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SimulatorData, startSimulator } from '../../../src/simulator/index.js';
import { ROOT } from '../cdktf/synth-process.js';
import { openTerraformFolder, type TerraformFolder } from './folder.js';
import { PERMISSIONS, serveProvider } from './serve-provider.js';

/** One of the examples: its HCL and the import commands beside it. */
export interface Example {
  /** Such as `resources/delinea_user`. */
  readonly name: string;
  readonly hcl: string;
  readonly imports: readonly ImportCommand[];
}

/** A command of `import.sh` with the comment above it. */
export interface ImportCommand {
  readonly says: string;
  readonly address: string;
  readonly id: string;
}

const COMMAND = /^# (?<says>.+)\nterraform import (?<address>\S+) (?:'(?<quoted>[^']+)'|(?<bare>\S+))$/gm;

/** Returns every example of a folder. @param folder below `examples` @param file such as `resource` */
export function examplesIn(folder: string, file: string): Example[] {
  const at = join(ROOT, 'examples', folder);
  return readdirSync(at).map((type) => {
    const commands = join(at, type, 'import.sh');
    const text = existsSync(commands) ? readFileSync(commands, 'utf8') : '';
    return {
      name: `${folder}/${type}`,
      hcl: readFileSync(join(at, type, `${file}.tf`), 'utf8'),
      imports: [...text.matchAll(COMMAND)].map(({ groups }) => ({
        says: groups!.says!,
        address: groups!.address!,
        id: groups!.quoted ?? groups!.bare!,
      })),
    };
  });
}

/** Objects that the examples refer to and do not declare. */
export const SURROUNDINGS = {
  users: [{ userName: 'owner@example.com' }, { userName: 'audit@example.com' }],
  groups: [{ displayName: 'Auditors' }],
  containers: ['Production', { name: 'Databases', parent: 'Production' }],
  containerPermissions: [{ container: 'Production', user: 'owner@example.com', right: 'Owner' }],
  roleBindings: [{ role: 'Platform Admin', user: 'owner@example.com' }],
} satisfies SimulatorData;

/** Objects that some examples declare and others look up. */
export const DECLARED_ELSEWHERE = {
  users: [{ userName: 'jane.doe@example.com' }, { userName: 'omar.haddad@example.com' }],
  groups: [{ displayName: 'SRE' }, { displayName: 'Database' }],
} satisfies SimulatorData;

/** Runs the work in a terraform folder with the provider on its own simulated tenant. */
export async function withTerraform(
  data: SimulatorData,
  work: (folder: TerraformFolder, writes: () => number) => Promise<void>,
): Promise<void> {
  const sim = await startSimulator({ data });
  const provider = await serveProvider({ ...sim.env, ...PERMISSIONS });
  const folder = openTerraformFolder(provider.env);
  try {
    await work(folder, () => sim.requests.writes);
  } finally {
    folder.remove();
    await provider.close();
    await sim.close();
  }
}
