/** Plans N seeded users once in a separate process and prints time and memory: `tsx plan-once.ts <users>`. */
import { connect, makePlan, readSettings } from 'delinea-iac/provider';
import { seededUsers } from './declarations.js';

const count = Number(process.argv[2]);
const settings = readSettings({}, process.env);
// Warms up the code and fetches the token, so that only the work on the users is measured.
await makePlan(await connect(settings), { stack: 'warm', declarations: seededUsers(10), owned: [] });
const tenant = await connect(settings);
const cpu = process.cpuUsage();
const heap = process.memoryUsage().rss;
const started = performance.now();
const plan = await makePlan(tenant, { stack: 'bench', declarations: seededUsers(count), owned: [] });
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    changes: plan.resource_changes.length,
    ms: performance.now() - started,
    cpuMs: (used.user + used.system) / 1000,
    memoryMb: (process.memoryUsage().rss - heap) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1000,
  }),
);
