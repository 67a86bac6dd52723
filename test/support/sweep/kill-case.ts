import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLog } from '../../../src/embedded/index.js';
import { type Declaration, isReference, type OwnedObject, snakeCase, snakeKeys } from '../../../src/provider/index.js';
import { type Blocks, LEDGER, openProject, type Project } from '../cli/project.js';
import { addressesRemovedBy, danglingEntries, differencesFrom, unplannedChanges } from './outcome.js';
import type { ReferenceRun } from './reference-run.js';

const LOG = 'apply.jsonl';
const WRITES = { method: 'POST|PATCH|DELETE', path: '^/(api|scim)/' };

/** One apply that is killed at one of its writes. */
export interface KillCase {
  readonly reference: ReferenceRun;
  /** The number of the write, from 1. */
  readonly write: number;
  /** Whether the tenant completes the write. */
  readonly committed: boolean;
}

export function nameOf({ reference, write, committed }: KillCase): string {
  const when = committed ? 'after' : 'before';
  return `${reference.scenario.name} (${reference.profile.name}), killed ${when} write ${write} of ${reference.writes}`;
}

/** Kills the command line at its write, runs it again, and returns the problems found. */
export async function runKillCase({ reference, write, committed }: KillCase): Promise<string[]> {
  const { scenario, profile } = reference;
  const provider = { ...snakeKeys(profile.provider), timeout_seconds: 60, visibility_seconds: 20, retries: 6 };
  const project = await openProject({ ...profile.tenant, data: scenario.data, provider });
  const { sim } = project;
  const reactivate = (scenario.input?.reactivate ?? []).flatMap((name) => ['--reactivate', name]);
  const apply = ['apply', '--auto-approve', ...reactivate];
  try {
    project.declare(blocksOf(scenario.target));
    project.write(LEDGER, JSON.stringify({ version: 1, stack: 'people', tenant: sim.url, objects: reference.owned }));
    const kind = committed ? 'timeoutAfter' : 'timeoutBefore';
    sim.faults.set({ faults: [{ kind, ...WRITES, at: [write] }] });
    const { child, ended } = project.start(...apply);
    let running = true;
    const cut = ended.finally(() => {
      running = false;
    });
    while (running && sim.requests.writes < write) await sleep(2);
    child.kill('SIGKILL');
    const { code, err } = await cut;
    // The tenant still completes the requests that it has received.
    while (sim.log.length < sim.requests.total) await sleep(2);
    sim.faults.clear();
    const problems = code === null ? [] : [`ended by itself with ${code}: ${err}`];
    const state = sim.state();
    const announced = logOf(project).filter(({ outcome }) => outcome === 'sending').length;
    if (announced < sim.requests.writes)
      problems.push(`${sim.requests.writes} writes were sent, and the log has ${announced}`);
    problems.push(
      ...unplannedChanges(state, reference),
      ...danglingEntries(ledgerOf(project), state, addressesRemovedBy(reference.plan)),
    );
    const again = await project.run(...apply);
    if (again.code !== 0) problems.push(`the next run exits ${again.code}: ${again.out}${again.err}`);
    problems.push(
      ...differencesFrom(sim.state(), ledgerOf(project), reference).map((what) => `after the next run: ${what}`),
    );
    const { holds, fault } = await verifyLog(createReadStream(project.path(LOG)));
    if (!holds) problems.push(`the log does not hold: line ${fault?.line}: ${fault?.reason}`);
    return problems;
  } finally {
    await project.close();
  }
}

function ledgerOf(project: Project): OwnedObject[] {
  return (JSON.parse(project.read(LEDGER)!) as { objects: OwnedObject[] }).objects;
}

/** Returns the complete lines of the log; the last may be torn. */
function logOf(project: Project): { outcome?: string }[] {
  const lines = project.read(LOG)!.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as { outcome?: string });
}

/** Returns the declarations as blocks of a stack file. */
function blocksOf(declarations: readonly Declaration[]): Blocks {
  const blocks: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const { address, values } of declarations) {
    const [type, name] = address.split('.') as [string, string];
    const written = Object.entries(values).map(([attribute, value]) => [snakeCase(attribute), inStack(value)]);
    blocks[type] = { ...blocks[type], [name]: Object.fromEntries(written) };
  }
  return blocks;
}

function inStack(value: unknown): unknown {
  if (isReference(value)) return `\${${value.ref}.${value.attribute}}`;
  return Array.isArray(value) ? value.map(inStack) : value;
}
