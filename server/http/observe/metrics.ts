import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StatementEvent } from "../../duckdb/observed-statement.js";
import type { Snapshots } from "../../snapshots.js";
import type { Gate } from "../limits/gate.js";
import type { RequestRecord } from "./records.js";

export type Outcome = "ok" | "refused" | "failed" | "timeout" | "overloaded" | "stopping" | "aborted";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COSTS = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/** What metrics are read off when they are asked for. */
interface Watched {
  readonly gate: Gate;
  readonly exportsGate: Gate;
  readonly answerCache: { readonly size: number };
}

/** Figures of one server for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#histogram("sweepql_request_seconds", "Time to answer a request.", SECONDS, [
    "outcome",
  ]);
  readonly #costs = this.#histogram(
    "sweepql_request_cost",
    "Cost of operations, as extensions.cost tells it.",
    COSTS,
  );
  readonly #statements = this.#histogram(
    "sweepql_statement_seconds",
    "Time of a statement in the engine.",
    SECONDS,
    ["outcome"],
  );
  readonly #prepared = new Counter({
    name: "sweepql_prepared_statements_total",
    help: "Statements by whether the connection had them prepared.",
    labelNames: ["cache"],
    registers: [this.#registry],
  });
  readonly #cached = new Counter({
    name: "sweepql_answers_total",
    help: "Answers to queries without errors, by whether they came from the cache.",
    labelNames: ["cache"],
    registers: [this.#registry],
  });
  readonly #turnedAway = new Counter({
    name: "sweepql_turned_away_total",
    help: "Requests that were refused before they came to a question, by status.",
    labelNames: ["status"],
    registers: [this.#registry],
  });
  readonly #rows = new Counter({
    name: "sweepql_rows_total",
    help: "Rows that statements answered.",
    registers: [this.#registry],
  });

  constructor(snapshots: Snapshots, { gate, exportsGate, answerCache }: Watched) {
    const created = new WeakMap<object, number>();
    const bornAt = (): number => {
      const { current } = snapshots;
      const born = created.get(current) ?? Date.now();
      created.set(current, born);
      return born;
    };
    bornAt();
    snapshots.onSwap(bornAt);
    this.#gauge("sweepql_requests_working", "Requests that are worked on.", () => gate.working);
    this.#gauge("sweepql_requests_waiting", "Requests that wait for their turn.", () => gate.waiting);
    this.#gauge("sweepql_exports_working", "Exports that are worked on.", () => exportsGate.working);
    this.#gauge("sweepql_exports_waiting", "Exports that wait for their turn.", () => exportsGate.waiting);
    this.#gauge(
      "sweepql_snapshot_age_seconds",
      "Time since the data that are served became current.",
      () => (Date.now() - bornAt()) / 1000,
    );
    this.#gauge(
      "sweepql_answer_cache_bytes",
      "Answers that are kept for whoever asks the same.",
      () => answerCache.size,
    );
    this.#gauge(
      "sweepql_snapshots_older",
      "Older versions of the data that can still be read.",
      () => snapshots.older.length,
    );
    this.#byDataset("sweepql_runs", "Runs of a dataset.", snapshots, ({ runCount }) => runCount);
    this.#byDataset(
      "sweepql_rejected_lines",
      "Lines of a dataset that were refused.",
      snapshots,
      ({ rejectedCount }) => rejectedCount,
    );
    collectDefaultMetrics({ register: this.#registry });
  }

  request({ started, cost, cached }: RequestRecord, outcome: Outcome): void {
    if (outcome === "ok") this.#cached.inc({ cache: cached ? "hit" : "miss" });
    this.#requests.observe({ outcome }, (performance.now() - started) / 1000);
    if (cost) this.#costs.observe(cost.requested);
  }

  turnedAway(status: number): void {
    this.#turnedAway.inc({ status: String(status) });
  }

  statement({ milliseconds, rows, prepared }: StatementEvent): void {
    this.#statements.observe({ outcome: rows === null ? "failed" : "ok" }, milliseconds / 1000);
    this.#prepared.inc({ cache: prepared ? "hit" : "miss" });
    this.#rows.inc(rows ?? 0);
  }

  /** For figures of other parts. */
  get registry(): Registry {
    return this.#registry;
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #byDataset(
    name: string,
    help: string,
    snapshots: Snapshots,
    read: (dataset: Snapshots["current"]["catalogue"]["datasets"][number]) => number,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: ["dataset"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const dataset of snapshots.current.catalogue.datasets)
          this.set({ dataset: dataset.name }, read(dataset));
      },
    });
  }
}
