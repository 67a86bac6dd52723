import {
  type AccessReport,
  findPrincipal,
  findScope,
  reportAccess,
  type TenantAccess,
  visibleJson,
} from '../provider/index.js';
import { accessCsv, accessText } from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import { openAccess, type SnapshotOptions } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

export interface AccessOptions extends SnapshotOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Names in the question: a user or group, a container or role, or both. */
export interface AccessQuestion {
  readonly principal?: string;
  readonly scope?: string;
}

/** Runs `delinea-iac access`: shows effective access, through groups and the inheritance of folders. Writes nothing. */
export function accessCommand(question: AccessQuestion, options: AccessOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, csv = false } = options;
  return runCommand(terminal, { quiet: json || csv }, async (state) => {
    const access = await openAccess(options, state, terminal);
    const report = reportAccess(access, resolve(access, question));
    const text = json ? reportJson(report) : csv ? accessCsv(report) : accessText(report, terminal.paint);
    printWhole(terminal.out, text, state);
    return report.unread.length === 0 ? EXIT.ok : EXIT.unreadable;
  });
}

function resolve(access: TenantAccess, { principal, scope }: AccessQuestion) {
  return {
    ...(principal === undefined ? {} : { principal: findPrincipal(access, principal) }),
    ...(scope === undefined ? {} : { scope: findScope(access, scope) }),
  };
}

function reportJson(report: AccessReport): string {
  return `${visibleJson(JSON.stringify({ command: 'access', ...report }, null, 2))}\n`;
}
