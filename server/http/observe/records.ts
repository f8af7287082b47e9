import { AsyncLocalStorage } from "node:async_hooks";

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
  /** Codes of the errors in the answer. */
  readonly codes: Set<string>;
}

const newRecord = (): RequestRecord => ({
  started: performance.now(),
  cost: null,
  operation: null,
  hash: null,
  statements: 0,
  statementMilliseconds: 0,
  rows: 0,
  codes: new Set(),
});

/** The records of the requests under way, found by request, or by whatever runs on a request's behalf. */
export class Records {
  readonly #byRequest = new WeakMap<Request, RequestRecord>();
  readonly #running = new AsyncLocalStorage<RequestRecord>();

  of(request: Request): RequestRecord {
    let record = this.#byRequest.get(request);
    if (!record) this.#byRequest.set(request, (record = newRecord()));
    return record;
  }

  /** Runs work on a request's behalf. */
  run<T>(request: Request, work: () => T): T {
    return this.#running.run(this.of(request), work);
  }

  /** That of the request which what runs now belongs to. */
  get running(): RequestRecord | undefined {
    return this.#running.getStore();
  }
}
