import { DelineaError } from '../provider/index.js';
import type { Terminal } from './terminal.js';

/** Asks whether to carry out what was shown. @throws DelineaError where there is nobody to ask */
export async function approved(terminal: Terminal): Promise<boolean> {
  if (!terminal.ask) {
    throw new DelineaError(
      'settings_invalid',
      'there is nobody to ask: standard input is no terminal; nothing was written',
      {
        hint: 'Give --auto-approve to apply without a question.',
      },
    );
  }
  const answer = await terminal.ask("\nCarry out these actions? Only 'yes' is a yes: ");
  if (answer.trim() === 'yes') return true;
  terminal.out('Not applied: nothing was written.\n');
  return false;
}
