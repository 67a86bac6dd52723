import { visible, visibleJson } from '../provider/index.js';
import { count, violationLines } from '../review/index.js';
import type { AccessOptions } from './access.js';
import { checkRules } from './access-rules.js';
import { readAssertions } from './assertions-file.js';
import { printWhole, runCommand } from './command.js';
import { EXIT, type ExitCode } from './exit.js';
import { withSafeConsole } from './script-file.js';
import { openAccess } from './snapshot-file.js';
import type { Terminal } from './terminal.js';

/** Runs `delinea-iac access check`: shows which assertions on access are violated, and by which path. Writes nothing. */
export function checkCommand(file: string, options: AccessOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false } = options;
  return runCommand(terminal, { quiet: json }, async (state) => {
    const assertions = await withSafeConsole(terminal, () => readAssertions(file));
    const access = await openAccess(options, state, terminal);
    const rules = { assertions, policies: [], adminRoles: [] };
    const { checked, skipped, violations, unread } = (await checkRules(rules, async () => access, terminal))!;
    const result = { command: 'access check', checked, skipped, violations, unread };
    const lines = [
      ...violationLines(result).map((line) => terminal.paint('error', `Violated: ${visible(line)}`)),
      ...unread.map((line) => `Could not be read, so not checked: ${visible(line)}`),
      ...(skipped > 0 ? [`${skipped} with noNew not checked: run review --assert.`] : []),
      `${count(checked, 'assertion')} checked, ${count(violations.length, 'violation')}.`,
    ];
    const text = json ? visibleJson(JSON.stringify(result, null, 2)) : lines.join('\n');
    printWhole(terminal.out, `${text}\n`, state);
    if (violations.length > 0) return EXIT.refused;
    return unread.length === 0 ? EXIT.ok : EXIT.unreadable;
  });
}
