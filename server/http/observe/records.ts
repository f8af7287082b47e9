import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";

/** What is known of one request, for its answer, the log and the metrics. */
export interface RequestRecord {
  readonly started: number;
  cost: { readonly requested: number; readonly budget: number } | null;
  operation: string | null;
  /** Of the document, as sent. */
  hash: string | null;
  statements: number;
  statementMilliseconds: number;
  rows: number;
  /** Whether it was answered from the cache. */
  cached: boolean;
  /** Codes of the errors in the answer. */
  readonly codes: Set<string>;
}

/** What stands for a request: the one of fetch, or of node:http. */
export type Asker = Request | IncomingMessage;

const newRecord = (): RequestRecord => ({
  started: performance.now(),
  cost: null,
  operation: null,
  hash: null,
  statements: 0,
  statementMilliseconds: 0,
  rows: 0,
  cached: false,
  codes: new Set(),
});

/** The records of the requests under way, found by request, or by whatever runs on a request's behalf. */
export class Records {
  readonly #byAsker = new WeakMap<Asker, RequestRecord>();
  readonly #running = new AsyncLocalStorage<RequestRecord>();

  of(asker: Asker): RequestRecord {
    let record = this.#byAsker.get(asker);
    if (!record) this.#byAsker.set(asker, (record = newRecord()));
    return record;
  }

  /** One record for both: a request that is handed on is still the same. */
  share(asker: Asker, other: Asker): void {
    this.#byAsker.set(other, this.of(asker));
  }

  /** Runs work on a request's behalf. */
  run<T>(asker: Asker, work: () => T): T {
    return this.#running.run(this.of(asker), work);
  }

  /** That of the request which what runs now belongs to. */
  get running(): RequestRecord | undefined {
    return this.#running.getStore();
  }
}
