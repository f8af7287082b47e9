import type { BandRequest } from "../../schema/analyses.js";
import { fault } from "../../schema/faults.js";
import { limits } from "../../schema/limits.js";
import { BandCache, type CdfBand } from "../statistics/cdf-band.js";
import type { WorkerPool } from "./worker-pool.js";

/** A band that is being computed, for as long as somebody wants it. */
interface Pending {
  readonly band: Promise<CdfBand>;
  readonly controller: AbortController;
  wanted: number;
}

/** Confidence bands by number of runs, computed once off the event loop: they do not depend on the scores. */
export class Bands {
  readonly #cache = new BandCache();
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly workers: WorkerPool) {}

  async get(n: number, { confidence, method }: BandRequest, signal: AbortSignal): Promise<CdfBand> {
    const held = this.#cache.peek(n, confidence, method);
    if (held) return held;
    signal.throwIfAborted();
    if (n > limits.maxBandRuns && method !== "DKW") {
      throw fault(
        "LIMIT_EXCEEDED",
        `An exact ${method} band is made for at most ${limits.maxBandRuns} runs, and these are ${n}. Use DKW, a filter or a subset.`,
      );
    }
    if (n === 1 && method === "LD_HIGHEST_DENSITY")
      throw fault(
        "UNFIT_DATA",
        `A ${method} band needs at least 2 runs, and there is 1. KS, DKW and LD_EQUAL_TAILED make bands of one run.`,
      );
    const pending = this.#pendingFor(n, { confidence, method });
    pending.wanted += 1;
    const leave = (): void => {
      pending.wanted -= 1;
      if (pending.wanted === 0) pending.controller.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await raced(pending.band, signal);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #pendingFor(n: number, { confidence, method }: BandRequest): Pending {
    const key = `${method} ${n} ${confidence}`;
    const known = this.#pending.get(key);
    if (known && !known.controller.signal.aborted) return known;
    const controller = new AbortController();
    const band = this.workers.run("band", { n, confidence, method }, controller.signal);
    const pending: Pending = { band, controller, wanted: 0 };
    this.#pending.set(key, pending);
    const forget = (): void => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    };
    band.then((made) => this.#cache.store(made)).then(forget, forget);
    return pending;
  }
}

/** The answer, or the signal's reason as soon as it is aborted. */
function raced<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
