import { GraphQLError } from "graphql";
import type { Changes, DatasetChange, RunsAdded } from "../../schema/changes.js";
import { haveOneSchema, type Snapshot } from "../snapshot.js";
import type { Snapshots } from "../snapshots.js";

/** What a subscriber was told of a dataset last. */
interface Told {
  readonly version: string;
  readonly lineage: string;
  readonly lineCount: number;
}

/**
 * What one subscriber is told. It keeps no events, only what was told last: one that is slow is told
 * the difference when it asks again, and costs no more than one that is fast.
 */
export class Subscriber implements Changes {
  readonly #told: Map<string, Told>;
  readonly #first: Snapshot;
  #now: Snapshot;

  constructor(
    private readonly snapshots: Snapshots,
    private readonly signal: AbortSignal,
  ) {
    this.#first = snapshots.current;
    this.#now = this.#first;
    this.#told = toldOf(this.#first);
  }

  /** The snapshot that the last change told of is in. */
  get snapshot(): Snapshot {
    return this.#now;
  }

  async *datasets(): AsyncGenerator<DatasetChange> {
    for (;;) {
      this.#requireSchema();
      const now = toldOf(this.#now);
      const changed = [...new Set([...this.#told.keys(), ...now.keys()])]
        .sort()
        .find((name) => this.#told.get(name)?.version !== now.get(name)?.version);
      if (changed === undefined) {
        if (!(await this.#next())) return;
        continue;
      }
      const [before, after] = [this.#told.get(changed), now.get(changed)];
      if (after) this.#told.set(changed, after);
      else this.#told.delete(changed);
      yield { name: changed, kind: kindOf(before, after) };
    }
  }

  async *runs(): AsyncGenerator<RunsAdded> {
    for (;;) {
      this.#requireSchema();
      const now = toldOf(this.#now);
      const files = [...now].flatMap(([dataset, { lineage, lineCount }]) => {
        const before = this.#told.get(dataset);
        if (!before) return [{ dataset, after: 0 }];
        return before.lineage === lineage && before.lineCount < lineCount
          ? [{ dataset, after: before.lineCount }]
          : [];
      });
      this.#told.clear();
      for (const [dataset, told] of now) this.#told.set(dataset, told);
      if (files.length > 0) yield { files, isEmpty: false };
      else if (!(await this.#next())) return;
    }
  }

  /** @throws the fault that ends a subscription to a schema that is served no longer. */
  #requireSchema(): void {
    this.#now = this.snapshots.current;
    if (haveOneSchema(this.#first, this.#now)) return;
    throw new GraphQLError("The data brought other fields or values: the schema changed. Subscribe again.", {
      extensions: { code: "SCHEMA_CHANGED" },
    });
  }

  /** Waits for the next version. @returns false where the subscription is to end. */
  #next(): Promise<boolean> {
    if (this.signal.aborted) return Promise.resolve(false);
    if (this.snapshots.current !== this.#now) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (goesOn: boolean): void => {
        ignore();
        this.signal.removeEventListener("abort", abort);
        resolve(goesOn);
      };
      const abort = (): void => end(false);
      const ignore = this.snapshots.onSwap(() => end(true));
      this.signal.addEventListener("abort", abort, { once: true });
    });
  }
}

function toldOf({ catalogue, growth }: Snapshot): Map<string, Told> {
  return new Map(
    catalogue.datasets.map(({ name, version }) => {
      const { lineage, lineCount } = growth.get(name) ?? { lineage: version, lineCount: 0 };
      return [name, { version, lineage, lineCount }];
    }),
  );
}

function kindOf(before: Told | undefined, after: Told | undefined): DatasetChange["kind"] {
  if (!before) return "added";
  if (!after) return "removed";
  return before.lineage === after.lineage ? "grown" : "replaced";
}
