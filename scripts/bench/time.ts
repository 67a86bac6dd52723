import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect, readSettings } from 'delinea-iac/provider';
import type { Figure } from './figure.js';
import { median } from './median.js';
import { startTenant } from './tenant-process.js';

const LATENCY_MS = 50;
const CONCURRENCY = 8;

/** Measures the list of 10,000 users when every request takes 50 ms, relative to the round trips that its pages need. */
export async function timeRoundTrips(): Promise<Figure[]> {
  const tenant = await startTenant({ seedUsers: 10_000, faults: { latencyMs: LATENCY_MS } });
  const users = (await connect(readSettings({ concurrency: CONCURRENCY }, tenant.env))).collection('user');
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  await users.list();
  const trips: number[] = [];
  for (let round = 0; round < 7; round++) {
    // One page is one round trip, measured directly before; the token was fetched earlier.
    const trip = await timed(() => users.firstPage());
    trips.push((await timed(() => users.list())) / trip);
  }
  tenant.stop();
  const limit = 1 + Math.ceil((100 - 1) / CONCURRENCY);
  return [
    {
      name: `time at ${LATENCY_MS} ms latency, list of 10,000`,
      value: median(trips) / limit,
      limit: 1.5,
      detail: `as long as ${median(trips).toFixed(1)} round trips; the limit is ${limit} (100 pages, ${CONCURRENCY} in flight)`,
    },
  ];
}

/** Measures how CPU and memory grow from 1,000 to 10,000 users: medians of five, each in a new process. */
export async function measureGrowth(): Promise<Figure[]> {
  const measure = async (count: number) => {
    const tenant = await startTenant({ seedUsers: count });
    const script = fileURLToPath(new URL('./plan-once.ts', import.meta.url));
    const runs = Array.from({ length: 5 }, () => {
      const text = execFileSync(process.execPath, ['--import', 'tsx', script, String(count)], {
        env: { ...process.env, ...tenant.env },
        encoding: 'utf8',
      });
      return JSON.parse(text) as { cpuMs: number; memoryMb: number; peakMb: number };
    });
    tenant.stop();
    const of = (key: keyof (typeof runs)[number]) => median(runs.map((run) => run[key]));
    return { cpuMs: of('cpuMs'), memoryMb: of('memoryMb'), peakMb: of('peakMb') };
  };
  const small = await measure(1_000);
  const large = await measure(10_000);
  return [
    {
      name: 'CPU, 10,000 against 1,000 users',
      value: large.cpuMs / small.cpuMs,
      limit: 11,
      detail: `${Math.round(large.cpuMs)} ms against ${Math.round(small.cpuMs)} ms`,
    },
    {
      name: 'memory, 10,000 against 1,000 users',
      value: large.peakMb / small.peakMb,
      limit: 11,
      detail: `peak ${Math.round(large.peakMb)} MB against ${Math.round(small.peakMb)} MB; grown by ${Math.round(large.memoryMb)} and ${Math.round(small.memoryMb)} MB`,
    },
  ];
}
