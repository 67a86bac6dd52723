import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TenantAccess } from '../../src/provider/index.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import {
  declaredFacts,
  expectedHolders,
  expectedReview,
  type ReviewedAccess,
  reviewedLines,
  snapshotFacts,
} from '../support/assert/expected-access.js';
import { ROOT } from '../support/cdktf/synth-process.js';
import { blocksIn } from '../support/cli/page-commands.js';
import { start, startDelinea } from '../support/cli/process.js';
import { type DatedStack, readMonths } from '../support/generate/months.js';

jest.setTimeout(600_000);

const SYNTH = ['--import', 'tsx', 'examples/kubernetes-org/main.ts'];
const [july, august] = readMonths('kubernetes') as [DatedStack, DatedStack];

describe('reviews of the example kubernetes-org as pull requests', () => {
  let sim: Simulator;
  let folder: string;

  const declare = async (month: string) => {
    const env = { ORG_DATA: month, CDKTF_OUTDIR: join(folder, 'cdktf.out') };
    const { code, err } = await start(process.execPath, SYNTH, ROOT, env).ended;
    expect([code, err]).toEqual([0, '']);
  };
  const run = async (code: number, ...args: string[]) => {
    const ended = await startDelinea(args, folder, sim.env).ended;
    expect([args, ended.code, ended.code === code ? '' : ended.err]).toEqual([args, code, '']);
    return ended.out;
  };
  const snapshot = async (name: string) => {
    await run(0, 'snapshot', '--out', name);
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as TenantAccess;
  };
  /** Plans a month as a pull request. @returns its review as text, Markdown and data */
  const review = async (month: string) => {
    await declare(month);
    await run(2, 'plan', '.', '--out', 'plan.json', '--live', 'live.json');
    const form = (...options: string[]) => run(0, 'review', 'plan.json', '--live', 'live.json', ...options);
    const [text, markdown, json] = [await form(), await form('--markdown'), await form('--json')];
    return { text, markdown, data: JSON.parse(json) as ReviewedAccess };
  };
  const names = (from: DatedStack, to: DatedStack) => [...from.users.keys()].filter((name) => !to.users.has(name));

  beforeAll(async () => {
    sim = await startSimulator({ data: { containers: [...july.containers] } });
    folder = mkdtempSync(join(tmpdir(), 'history-'));
    await declare('2026-07');
    await run(0, 'apply', '.', '--init-ledger', '--auto-approve');
  });
  afterAll(async () => {
    await sim.close();
    rmSync(folder, { recursive: true });
  });

  test('July to August: equals the difference of the two files, and the picture in the guide', async () => {
    expect(snapshotFacts(await snapshot('before.json'))).toEqual(declaredFacts(july));
    const { text, markdown, data } = await review('2026-08');
    expect(reviewedLines(data, july, august)).toEqual({ wrong: [], review: expectedReview(july, august) });
    const shown = text
      .replaceAll(sim.url, 'https://acme.delinea.app')
      .replace(/read \S+Z/, 'read 2026-08-21T08:01:13.000Z');
    expect(blocksIn('docs/guides/review.md', 'text')).toContain(shown);
    expect(markdown).toContain('```mermaid\ngraph LR\n');

    await run(0, 'apply', 'plan.json', '--auto-approve');
    expect(snapshotFacts(await snapshot('after.json'))).toEqual(declaredFacts(august));
    const who = JSON.parse(await run(0, 'access', 'who', 'cloud-provider', '--json')) as {
      access: { principal: { kind: string; name: string }; right: string }[];
    };
    const found = who.access.filter(({ principal, right }) => principal.kind === 'user' && right === 'Owner');
    expect(found.map(({ principal }) => principal.name.toLowerCase()).sort()).toEqual(
      expectedHolders(august, 'cloud-provider', 'Owner'),
    );
  });

  test('August to July: everyone who joined is deactivated, and nobody else is named', async () => {
    const { text, markdown, data } = await review('2026-07');
    expect(reviewedLines(data, august, july)).toEqual({ wrong: [], review: expectedReview(august, july) });
    const joined = names(august, july);
    const deactivated = data.callOuts.filter(({ code }) => code === 'deactivated').map(({ message }) => message);
    expect(deactivated.map((message) => message.toLowerCase()).sort()).toEqual(
      joined.map((name) => `user ${name} is deactivated`).sort(),
    );
    expect(text).toContain(`  ! and ${joined.length - 5} more are deactivated, which --json lists\n`);
    expect(markdown.match(/ is deactivated<\/code>/g)).toHaveLength(joined.length);

    await run(0, 'apply', 'plan.json', '--auto-approve');
    expect(snapshotFacts(await snapshot('again.json'))).toEqual(declaredFacts(july));
  });
});
