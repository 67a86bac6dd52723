import { createReadStream } from 'node:fs';
import { type LogReport, verifyLog } from '../embedded/index.js';
import { DelineaError, openRegularFile, visible, visibleJson } from '../provider/index.js';
import { count } from '../review/index.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

export interface VerifyLogOptions {
  readonly json?: boolean;
  /** Digest of the last line as an earlier run printed it. */
  readonly expect?: string;
}

/**
 * Runs `delinea-iac verify-log`: checks that the lines of an apply log were not changed.
 * @throws DelineaError `ledger_missing` when there is no log, `ledger_damaged` when it cannot be read or was changed,
 * `file_refused` when it is a link or not a file
 */
export async function verifyLogCommand(
  file: string,
  { json = false, expect }: VerifyLogOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const report = await readReport(file, expect).catch((error: unknown) => {
    throw error instanceof DelineaError ? error : unreadable(file, error);
  });
  terminal.out(json ? `${visibleJson(JSON.stringify({ file, ...report }, null, 2))}\n` : reportText(report, terminal));
  const { fault } = report;
  if (!fault) return EXIT.ok;
  const where = fault.line > 0 ? `line ${fault.line} ` : '';
  throw new DelineaError('ledger_damaged', `the log cannot be verified: ${where}${fault.reason}`, {
    path: file,
    hint:
      report.unchained === report.lines
        ? 'The next apply starts to chain the lines. Lines before it cannot be verified.'
        : 'Compare the log with a copy that was kept elsewhere.',
  });
}

async function readReport(file: string, expect: string | undefined): Promise<LogReport> {
  const fd = openRegularFile(file, 'log');
  return verifyLog(createReadStream(file, { fd }), expect);
}

function reportText(report: LogReport, { paint }: Terminal): string {
  const { lines, runs, from, until, unchained, torn, openRuns, last, expected } = report;
  const span = from === undefined ? '' : `, ${visible(from)} to ${visible(until ?? from)}`;
  const texts = [`${count(lines, 'line')}, ${count(runs, 'run')}${span}`];
  if (unchained > 0)
    texts.push(
      `${unchained === 1 ? 'line 1 is' : `lines 1 to ${unchained} are`} not chained: an earlier version wrote ${unchained === 1 ? 'it' : 'them'}`,
    );
  for (const line of torn) texts.push(`line ${line} is incomplete: the run that wrote it was killed`);
  for (const { run, line, at } of openRuns) {
    texts.push(
      `run ${visible(run)} (line ${line}${at === undefined ? '' : `, ${visible(at)}`}) has no end: it was killed or is still running`,
    );
  }
  if (last !== undefined) {
    texts.push(
      `last line: sha256 ${last}`,
      '  Keep this digest elsewhere: it is the only way to detect that lines at the end were deleted.',
    );
  }
  if (expected) {
    const after = expected.after === 0 ? 'the last' : `${count(expected.after, 'line')} after it`;
    texts.push(`the expected digest is that of line ${expected.line}, ${after}`);
  }
  const verdict = report.holds ? paint('strong', 'The log is intact.') : paint('error', 'The log is not intact.');
  return `${[...texts, verdict].join('\n')}\n`;
}

function unreadable(path: string, error: unknown): DelineaError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? new DelineaError('ledger_missing', 'the log does not exist', {
        path,
        hint: 'Pass its path: apply.jsonl in the folder of the ledger.',
        cause: error,
      })
    : new DelineaError('ledger_damaged', `cannot read the log (${code ?? message})`, {
        hint: 'Correct its permissions.',
        path,
        cause: error,
      });
}
