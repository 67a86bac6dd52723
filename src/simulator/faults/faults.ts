import { EFFECTS } from './effects.js';
import type { Conditions, Fault, FaultSettings } from './fault.js';
import { seededRandom } from './random.js';

interface ActiveFault {
  readonly fault: Fault;
  readonly path: RegExp;
  readonly random: () => number;
  matched: number;
  applied: number;
}

/** The faults in force. Changes take effect with the next request. */
export class Faults {
  #conditions: Conditions = {};
  #active: ActiveFault[] = [];

  constructor(settings: FaultSettings = {}) {
    this.set(settings);
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** Returns the settings, without counters. */
  get settings(): FaultSettings {
    return { ...this.#conditions, faults: this.#active.map(({ fault }) => fault) };
  }

  /**
   * Changes the given settings and keeps the others. `faults` replaces the list and resets its counters; `null` or
   * `undefined` ends a condition.
   */
  set({ faults, ...conditions }: { [Key in keyof FaultSettings]?: FaultSettings[Key] | null | undefined }): void {
    const merged = Object.entries({ ...this.#conditions, ...conditions });
    this.#conditions = Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
    if (faults !== undefined) this.#active = (faults ?? []).map(activate);
  }

  /** Adds faults. The counters of the others continue. */
  add(...faults: readonly Fault[]): void {
    this.#active.push(...faults.map(activate));
  }

  /** Ends every fault and condition. */
  clear(): void {
    this.#conditions = {};
    this.#active = [];
  }

  /** Returns the faults that affect this request, in order. Counts the request for every matching fault. */
  affecting(request: Request): Fault[] {
    const url = new URL(request.url);
    const target = url.pathname + url.search;
    return this.#active.filter((active) => affects(active, request, target)).map(({ fault }) => fault);
  }
}

/** Puts a fault in force. @throws {Error} for an unknown kind: a misspelled fault would otherwise have no effect */
function activate(fault: Fault): ActiveFault {
  if (!Object.hasOwn(EFFECTS, fault.kind)) {
    throw new Error(`Unknown fault '${fault.kind}'; known: ${Object.keys(EFFECTS).join(', ')}.`);
  }
  const path = new RegExp(fault.path ?? '', 'i');
  return { fault, path, random: seededRandom(fault.seed ?? 1), matched: 0, applied: 0 };
}

function affects(active: ActiveFault, request: Request, target: string): boolean {
  const { kind, method, at, rate, times = Infinity } = active.fault;
  if (method && !method.toUpperCase().split('|').includes(request.method)) return false;
  if (!active.path.test(target)) return false;
  if (EFFECTS[kind].concerns?.(request) === false) return false;
  active.matched += 1;
  if (active.applied >= times) return false;
  if (at && !at.includes(active.matched)) return false;
  if (rate !== undefined && active.random() >= rate) return false;
  active.applied += 1;
  return true;
}
