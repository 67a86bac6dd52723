import { DelineaError } from '../provider/index.js';
import type { Terminal } from './terminal.js';

/**
 * Asks whether to apply the plan that was printed.
 * @returns true only if the user typed `yes`
 * @throws DelineaError `settings_invalid` when standard input or output is not a terminal
 */
export async function confirm(terminal: Terminal): Promise<boolean> {
  if (!terminal.ask) {
    throw new DelineaError(
      'settings_invalid',
      'cannot ask for confirmation: standard input or output is not a terminal; nothing was written',
      { hint: 'Pass --auto-approve to apply without confirmation.' },
    );
  }
  const answer = await terminal.ask("\nApply these actions? Only 'yes' is accepted: ");
  if (answer.trim() === 'yes') return true;
  terminal.out('Not applied: nothing was written.\n');
  return false;
}
