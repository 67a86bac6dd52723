import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/index.js';
import { secretsIn } from '../assert/secrets.js';
import { checkOut, filesOf, type Places } from './checkout.js';
import { recordConnections } from './connections.js';
import { startDecoy } from './decoy.js';
import { entriesIn, type Folders, makeFolders } from './folders.js';
import type { HostilePullRequest } from './hostile-change.js';
import type { Command, Observation, Reviewed } from './observation.js';
import type { AppliedTenant } from './tenants.js';

/** A checkout of a pull request on which an engine runs, and what was seen of it so far. */
export interface Run {
  readonly places: Places;
  readonly folders: Folders;
  /** Commands that ran, in order. */
  readonly commands: Command[];
  /** Notes what a command did. */
  command(name: string, work: () => Promise<Pick<Command, 'code' | 'out' | 'err'>>): Promise<Command>;
  /** Notes that the commands that only read have run. */
  onlyRead(): void;
  /** Edits that found nothing to change. */
  readonly idle: string[];
}

/** An engine on a hostile checkout. */
export interface Engine {
  readonly isWrapped: boolean;
  /** Files that the engine keeps in a checkout. */
  readonly own: readonly string[];
  /** Files that a command that only reads may write. */
  readonly output: readonly string[];
  run(run: Run, sim: Simulator): Promise<Reviewed>;
}

/** Runs an engine on a pull request and returns what its observer saw of network, files, tenant and output. */
export async function observe(
  pullRequest: HostilePullRequest,
  engine: Engine,
  tenant: AppliedTenant,
): Promise<Observation> {
  const { sim } = tenant;
  const [folders, decoy, addresses] = [makeFolders(), await startDecoy(), new Set<string>()];
  const { checkout, outside, home, temporary } = folders;
  try {
    tenant.copyTo(checkout);
    const before = sim.state();
    const places: Places = { tenant: sim.url, decoy: decoy.url, folders, state: before };
    const idle = checkOut(pullRequest, places);
    const theirs = new Set(filesOf(pullRequest.changes).map(({ path }) => path.split('/')[0]!));
    const kept = () =>
      entriesIn(checkout).filter((entry) => !engine.output.some((name) => entry.startsWith(join(checkout, name))));
    const around = () => entriesIn(outside, home, temporary);
    const [keptBefore, outsideBefore] = [kept(), around()];
    let keptAfter = keptBefore;
    let [read, scopes]: [typeof before, string[]] = [before, []];
    const run: Run = {
      places,
      folders,
      commands: [],
      idle,
      async command(name, work) {
        const [began, total] = [performance.now(), sim.requests.total];
        const { code, out, err } = await work();
        const command = {
          name,
          code,
          out,
          err,
          seconds: (performance.now() - began) / 1000,
          isWrapped: engine.isWrapped,
          requests: sim.requests.total - total,
        };
        run.commands.push(command);
        return command;
      },
      onlyRead() {
        read = sim.state();
        keptAfter = kept();
        scopes = sim.log.flatMap(({ scope }) => scope ?? []);
      },
    };
    const reviewed = await recordConnections(addresses, () => engine.run(run, sim));
    const bytes = decoy.take();
    const printed = run.commands.map(({ out, err }) => out + err);
    return {
      pullRequest,
      commands: run.commands,
      before,
      read,
      after: sim.state(),
      reviewed,
      scopes,
      connections: [...addresses].filter((address) => address !== `127.0.0.1:${sim.port}`),
      decoy: bytes,
      outside: { before: outsideBefore, after: around() },
      kept: { before: keptBefore, after: keptAfter },
      leftovers: readdirSync(checkout).filter((name) => !engine.own.includes(name) && !theirs.has(name)),
      secrets: secretsIn([...printed, ...bytes, ...textsIn(checkout)].join('\n'), sim),
      idle: run.idle,
    };
  } finally {
    decoy.close();
    folders.remove();
  }
}

function textsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'));
}
