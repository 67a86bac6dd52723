import { DelineaError, DelineaErrors } from '../provider/index.js';

/** Reads on after a fault, so that one run tells all of them. */
export class Faults {
  private readonly found: DelineaError[] = [];

  /** Runs one part; its fault is kept. @throws what is no fault of the input */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  add(error: unknown): void {
    if (error instanceof DelineaErrors) this.found.push(...error.errors);
    else if (error instanceof DelineaError) this.found.push(error);
    else throw error;
  }

  /** @throws DelineaError, or DelineaErrors with all that were kept */
  raise(): void {
    if (this.found.length === 1) throw this.found[0]!;
    if (this.found.length > 1) throw new DelineaErrors(this.found);
  }
}
