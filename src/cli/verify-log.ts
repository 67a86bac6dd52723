import { createReadStream } from 'node:fs';
import { type LogReport, verifyLog } from '../embedded/index.js';
import { DelineaError } from '../provider/index.js';
import { count, visible } from '../review/index.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

export interface VerifyLogOptions {
  readonly json?: boolean;
}

/**
 * `delinea-iac verify-log`: whether the lines of an apply log are those that were written.
 * @throws DelineaError `ledger_missing` or `ledger_damaged`: the log is not there, cannot be read, or its chain is broken
 */
export async function verifyLogCommand(
  file: string,
  { json = false }: VerifyLogOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const report = await verifyLog(createReadStream(file)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  terminal.out(json ? `${JSON.stringify({ file, ...report }, null, 2)}\n` : reportText(report, terminal));
  const { fault } = report;
  if (!fault) return EXIT.ok;
  const where = fault.line > 0 ? `line ${fault.line} ` : '';
  throw new DelineaError('ledger_damaged', `the log does not prove what was done: ${where}${fault.reason}`, {
    path: file,
    hint:
      report.unchained === report.lines
        ? 'The next apply begins the chain; what was before stays unproven.'
        : 'Compare it with a copy that was kept elsewhere.',
  });
}

function reportText(report: LogReport, { paint }: Terminal): string {
  const { lines, runs, from, until, unchained, torn, openRuns, last } = report;
  const span = from === undefined ? '' : `, ${visible(from)} to ${visible(until ?? from)}`;
  const texts = [`${count(lines, 'line')}, ${count(runs, 'run')}${span}`];
  if (unchained > 0) texts.push(`${unchained === 1 ? 'line 1 is' : `lines 1 to ${unchained} are`} not chained`);
  for (const line of torn) texts.push(`line ${line} is torn: the run that wrote it was killed`);
  for (const { run, line, at } of openRuns) {
    texts.push(
      `run ${visible(run)} (line ${line}${at === undefined ? '' : `, ${visible(at)}`}) has no end: killed, or still going`,
    );
  }
  if (last !== undefined) {
    texts.push(
      `last line: sha256 ${last}`,
      '  keep this elsewhere: without it nobody can see that the end was cut off',
    );
  }
  const verdict = report.holds ? paint('strong', 'The chain holds.') : paint('error', 'The chain does not hold.');
  return `${[...texts, verdict].join('\n')}\n`;
}

function unreadable(path: string, error: unknown): DelineaError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? new DelineaError('ledger_missing', 'there is no log', {
        path,
        hint: 'Name the file: it stands beside the ledger, as apply.jsonl.',
        cause: error,
      })
    : new DelineaError('ledger_damaged', `cannot read the log (${code ?? message})`, { path, cause: error });
}
