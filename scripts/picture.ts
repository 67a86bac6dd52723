/**
 * Makes docs/images/review.png (`npm run picture`): the page of the review of one month in examples/kubernetes-org, in the
 * Chromium of the variable CHROMIUM or /usr/bin/chromium.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startSimulator } from 'delinea-iac/simulator';
import { openBrowser } from '../test/support/browser/browser.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A person with three different rights. */
const LEAVER = 'p1fc18056@example.com';
const start = promisify(execFile);
/** Names in the picture that are the same in every run. */
const [TENANT, TAKEN] = ['https://kubernetes.delinea.example', '2026-08-03T09:00:00.000Z'];

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
try {
  const page = join(folder, 'review.html');
  await writeReview(page);
  const browser = await openBrowser();
  try {
    const tab = await browser.newPage({ viewport: { width: 1240, height: 1180 }, colorScheme: 'light' });
    await tab.goto(pathToFileURL(page).href);
    const { y, height } = (await tab.locator('.graph').boundingBox())!;
    const clip = { x: 0, y: 0, width: 1240, height: Math.ceil(y + height + 24) };
    await tab.screenshot({ path: join(ROOT, 'docs/images/review.png'), fullPage: true, clip });
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Plans the August code without one person for a tenant with the July access, and reviews that plan. */
async function writeReview(page: string): Promise<void> {
  const data = JSON.parse(readFileSync(join(ROOT, 'examples/kubernetes-org/data/2026-07.json'), 'utf8')) as object;
  const simulator = await startSimulator({ data });
  try {
    const env = { ...simulator.env, CDKTF_OUTDIR: join(folder, 'cdktf.out') };
    const synth = (month: string, without = '') => {
      const program = ['--import', 'tsx', join(ROOT, 'examples/kubernetes-org/main.ts')];
      return run(program, ROOT, { ...env, ORG_DATA: month, ORG_WITHOUT: without });
    };
    const delinea = join(ROOT, 'dist/cli/main.js');
    await synth('2026-07');
    // All of it is there already, so that the apply only starts the ledger.
    await run([delinea, 'apply', '.', '--init-ledger', '--auto-approve'], folder, env);
    await synth('2026-08', LEAVER);
    await run([delinea, 'plan', '.', '--out', 'plan.json', '--live', 'live.json'], folder, env);
    await run([delinea, 'review', 'plan.json', '--live', 'live.json', '--html', 'review.html'], folder, env);
    const text = readFileSync(join(folder, 'review.html'), 'utf8');
    const { taken } = JSON.parse(readFileSync(join(folder, 'live.json'), 'utf8')) as { taken: string };
    writeFileSync(page, text.replaceAll(simulator.url, TENANT).replaceAll(taken, TAKEN));
  } finally {
    await simulator.close();
  }
}

/** Runs a program of this project. A plan with changes ends with 2. @throws Error if it ends with another code than 0 or 2 */
async function run(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
  await start(process.execPath, args, options).catch((error: Error & { code?: unknown }) => {
    if (error.code !== 2) throw error;
  });
}
