import { DelineaError, DelineaErrors } from '../provider/index.js';

/** Collects faults of the input, so that one run reports all of them. */
export class Faults {
  private readonly found: DelineaError[] = [];

  /** Runs one part and collects its fault. @throws any error that is not a DelineaError */
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

  /** Throws if any fault was collected. @throws DelineaError or DelineaErrors with all collected faults */
  raise(): void {
    if (this.found.length === 1) throw this.found[0]!;
    if (this.found.length > 1) throw new DelineaErrors(this.found);
  }
}
