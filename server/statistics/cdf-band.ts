import { criticalValue } from "./critical-value.js";
import type { BandMethod } from "./critical-value.js";
import type { ShouldStop } from "./stop.js";

/**
 * A simultaneous confidence band for the cdf of n independent draws from a continuous distribution: its
 * bounds at y depend only on k, the number of scores at or below y. Plain data: it may cross to a worker.
 */
export interface CdfBand {
  readonly n: number;
  readonly confidence: number;
  readonly method: BandMethod;
  /** See `CriticalValue.value`. */
  readonly critical: number;
  /** Bounds at k = 0 … n; `lower[0]` is 0 and `upper[n]` is 1. Neither falls. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * The band for n runs; it does not depend on their scores. Ties make it conservative. Throws as
 * {@link criticalValue} does, and StoppedError. Source: Lourie, Cho & He (2024), Learned-Miller & DeStefano (2008).
 */
export function cdfBand(n: number, confidence: number, method: BandMethod, shouldStop?: ShouldStop): CdfBand {
  const { value, intervals } = criticalValue(n, confidence, method, shouldStop);
  const lower = new Float64Array(n + 1);
  const upper = new Float64Array(n + 1);
  for (let k = 1; k <= n; k++) {
    lower[k] = Math.max(0, intervals.lower[k - 1]!);
    upper[k - 1] = Math.min(1, intervals.upper[k - 1]!);
  }
  upper[n] = 1;
  return { n, confidence, method, critical: value, lower, upper };
}

const key = (n: number, confidence: number, method: BandMethod): string => `${method} ${n} ${confidence}`;

/**
 * Bands by (n, confidence, method), which is all that they depend on; the least recently used go first.
 * Its owner may fill it with bands that a worker computed.
 */
export class BandCache {
  readonly #bands = new Map<string, CdfBand>();
  readonly #capacity: number;
  #size = 0;

  /** `capacity` is in runs, summed over the bands: 16 bytes each. The latest band always stays. */
  constructor(capacity = 1_000_000) {
    this.#capacity = capacity;
  }

  /** The band, computed where it is not held. Throws as {@link cdfBand} does. */
  get(n: number, confidence: number, method: BandMethod, shouldStop?: ShouldStop): CdfBand {
    const held = this.peek(n, confidence, method);
    if (held !== undefined) return held;
    const band = cdfBand(n, confidence, method, shouldStop);
    this.store(band);
    return band;
  }

  /** The band where it is held. */
  peek(n: number, confidence: number, method: BandMethod): CdfBand | undefined {
    const name = key(n, confidence, method);
    const band = this.#bands.get(name);
    if (band !== undefined) {
      this.#bands.delete(name);
      this.#bands.set(name, band);
    }
    return band;
  }

  /** Holds a band, in place of one with the same key. */
  store(band: CdfBand): void {
    const name = key(band.n, band.confidence, band.method);
    const replaced = this.#bands.get(name);
    if (replaced !== undefined) this.#size -= replaced.n;
    this.#bands.delete(name);
    this.#bands.set(name, band);
    this.#size += band.n;
    for (const [oldest, { n }] of this.#bands) {
      if (this.#size <= this.#capacity || oldest === name) break;
      this.#bands.delete(oldest);
      this.#size -= n;
    }
  }
}
