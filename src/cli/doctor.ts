import { diagnose, visibleJson } from '../provider/index.js';
import { diagnosisText } from '../review/index.js';
import { printWhole, runCommand } from './command.js';
import { type ExitCode, exitOfDiagnosis } from './exit.js';
import { withReadingProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { connectFor, readSettingsToExamine } from './workspace.js';

export interface DoctorOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** Runs `delinea-iac doctor`: shows which surfaces of the tenant the account can use, and the profile that fits. Only reads. */
export function doctorCommand({ stack, json = false }: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  return runCommand(terminal, { quiet: json }, async (state) => {
    const settings = readSettingsToExamine(stack, terminal.env);
    const tenant = await connectFor({ settings }, state, terminal.env);
    const diagnosis = await withReadingProgress(terminal, tenant.cost, () => diagnose(tenant));
    const text = json
      ? `${visibleJson(JSON.stringify({ command: 'doctor', ...diagnosis }, null, 2))}\n`
      : diagnosisText(diagnosis, terminal.paint);
    printWhole(terminal.out, text, state);
    return exitOfDiagnosis(diagnosis);
  });
}
