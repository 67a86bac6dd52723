import { EXIT } from './exit.js';
import type { Terminal } from './terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** Stops the run as the first signal does. */
  now(): void;
  end(): void;
}

/**
 * Stops an apply gracefully on the first signal: steps in progress finish and are recorded, or are given up after a few
 * seconds. A second signal ends the process at once; the next run then finds the objects by name.
 */
export function stopOnSignal(terminal: Pick<Terminal, 'err'>): Stop {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.partly);
    controller.abort();
    terminal.err('\nStopping: steps in progress finish, no other step starts. Press Ctrl-C again to end at once.\n');
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
