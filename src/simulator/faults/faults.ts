import { EFFECTS } from './effects.js';
import { seededRandom } from './random.js';
import type { Conditions, FaultSettings, Strike } from './strike.js';

interface Armed {
  readonly strike: Strike;
  readonly path: RegExp;
  readonly random: () => number;
  matched: number;
  struck: number;
}

/** The faults in force. Changes take effect with the next request. */
export class Faults {
  #conditions: Conditions = {};
  #armed: Armed[] = [];

  constructor(settings: FaultSettings = {}) {
    this.set(settings);
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** The settings, without counters. */
  get settings(): FaultSettings {
    return { ...this.#conditions, strikes: this.#armed.map(({ strike }) => strike) };
  }

  /**
   * Changes the given settings and keeps the others. `strikes` replaces the list and resets its counters; `null` or
   * `undefined` ends a condition.
   */
  set({ strikes, ...conditions }: { [Key in keyof FaultSettings]?: FaultSettings[Key] | null | undefined }): void {
    const merged = Object.entries({ ...this.#conditions, ...conditions });
    this.#conditions = Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
    if (strikes !== undefined) this.#armed = (strikes ?? []).map(arm);
  }

  /** Adds faults. The counters of the others continue. */
  add(...strikes: readonly Strike[]): void {
    this.#armed.push(...strikes.map(arm));
  }

  /** Ends every fault and condition. */
  clear(): void {
    this.#conditions = {};
    this.#armed = [];
  }

  /** Returns the faults that affect this request, in order. Counts the request for every matching fault. */
  strikesOn(request: Request): Strike[] {
    const url = new URL(request.url);
    const target = url.pathname + url.search;
    return this.#armed.filter((armed) => hits(armed, request, target)).map(({ strike }) => strike);
  }
}

/** @throws {Error} for an unknown kind: a misspelled fault would otherwise have no effect */
function arm(strike: Strike): Armed {
  if (!Object.hasOwn(EFFECTS, strike.kind)) {
    throw new Error(`Unknown fault '${strike.kind}'; known: ${Object.keys(EFFECTS).join(', ')}.`);
  }
  const path = new RegExp(strike.path ?? '', 'i');
  return { strike, path, random: seededRandom(strike.seed ?? 1), matched: 0, struck: 0 };
}

function hits(armed: Armed, request: Request, target: string): boolean {
  const { kind, method, at, rate, times = Infinity } = armed.strike;
  if (method && !method.toUpperCase().split('|').includes(request.method)) return false;
  if (!armed.path.test(target)) return false;
  if (EFFECTS[kind].concerns?.(request) === false) return false;
  armed.matched += 1;
  if (armed.struck >= times) return false;
  if (at && !at.includes(armed.matched)) return false;
  if (rate !== undefined && armed.random() >= rate) return false;
  armed.struck += 1;
  return true;
}
