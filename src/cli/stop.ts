import { EXIT } from './exit.js';
import type { Terminal } from './terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** Stops without a signal from outside. */
  now(): void;
  end(): void;
}

/**
 * Ends an apply in good order on the first signal: steps in flight finish and are written down. A second signal ends
 * the process at once; the next run finds what was done by name.
 */
export function stopOnSignal(terminal: Pick<Terminal, 'err'>): Stop {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.partly);
    controller.abort();
    terminal.err('\nStopping: steps in flight finish, no other starts. Once more ends at once.\n');
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: controller.signal,
    now: () => controller.abort(),
    end: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
