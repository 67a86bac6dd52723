import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage earlier. By default its heap takes three times what 5,000 users need, and a run is short. The
 * limits of memory hold with it only.
 * A V8 that does not know these flags prints a warning on standard error and continues.
 */
export function limitHeapGrowth(): void {
  // Keeps the space for new objects at its initial size instead of up to 48 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
