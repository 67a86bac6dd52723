import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { startSimulator } from '../simulator/index.js';

jest.setTimeout(60_000);

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

test('stopOnSignal: an interrupted apply finishes and records the steps in progress and ends as partly applied', async () => {
  const simulator = await startSimulator({ faults: { latencyMs: 40 } });
  const folder = mkdtempSync(join(tmpdir(), 'stop-'));
  const users = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
  );
  writeFileSync(
    join(folder, 'cdk.tf.json'),
    JSON.stringify({ '//': { metadata: { stackName: 'people' } }, resource: { delinea_user: users } }),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'apply', folder, '--init-ledger', '--auto-approve'], {
    env: { ...process.env, ...simulator.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'exit');
  while (simulator.requests.writes < 10 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  const [code] = (await ended) as [number];
  const created = simulator.state().users.map(({ userName }) => userName);
  await simulator.close();
  expect([code, output]).toEqual([4, expect.stringContaining('Partly applied')]);
  expect(created.length).toBeLessThan(200);
  const { objects } = JSON.parse(readFileSync(join(folder, 'delinea-iac.people.json'), 'utf8')) as {
    objects: { key: { userName: string } }[];
  };
  expect(objects.map(({ key }) => key.userName).sort()).toEqual(created.sort());
  expect(JSON.parse(readFileSync(join(folder, 'apply.jsonl'), 'utf8').trim().split('\n').at(-1)!)).toMatchObject({
    event: 'end',
    converged: false,
  });
  expect(readdirSync(folder).sort()).toEqual(['apply.jsonl', 'cdk.tf.json', 'delinea-iac.people.json']);
});
