import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, startHostileService } from '../tenant/hostile-service.js';
import { MEASURE_MEMORY, peakMemory } from './peak-memory.js';
import { startDelinea } from './process.js';

export interface HostileRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  /** Most memory that the process used. */
  readonly megabytes: number;
}

/** Runs a command with a stack of users against a hostile service, as a process of its own. */
export async function runAgainst(attack: Attack, args: readonly string[], users = 3): Promise<HostileRun> {
  const service = await startHostileService(attack);
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  try {
    writeFileSync(join(folder, 'cdk.tf.json'), stackOf(users));
    const began = performance.now();
    const { code, out, err } = await startDelinea(args, folder, { ...service.env, ...MEASURE_MEMORY }).ended;
    return { code, out, err, seconds: (performance.now() - began) / 1000, megabytes: peakMemory(err) };
  } finally {
    rmSync(folder, { recursive: true });
    await service.close();
  }
}

/** Returns the text of a stack with users. @param users their number */
function stackOf(users: number): string {
  const named = Array.from({ length: users }, (_, index) => [`u${index}`, { user_name: `user${index}@example.com` }]);
  return JSON.stringify({
    '//': { metadata: { stackName: 'people' } },
    provider: { delinea: [{ retries: 1, timeout_seconds: 3, visibility_seconds: 1 }] },
    resource: { delinea_user: Object.fromEntries(named) },
  });
}
