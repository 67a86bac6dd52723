import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../cdktf/synth-process.js';

const run = promisify(execFile);

/** Packs what has been built, as the registry would get it. Returns the tarball's path. */
export async function pack(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'delinea-pack-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}
