import type { Catalogue, CurveField } from "../../../schema/catalogue.js";
import { columnKey, type RunColumn } from "../../../schema/plan.js";
import type { RunColumns, Store } from "../../../schema/store.js";
import { BYTES_A_COLUMN, type Column, columnOf, sizeOf } from "./column.js";
import { SharedReading } from "./shared-reading.js";
import { type Kept, keyOf, type Runs, type Wanted } from "./view.js";

/** Reads columns of all points, by id; null being the axis. */
export type ReadPoints = (
  fields: readonly (CurveField | null)[],
  signal: AbortSignal,
) => Promise<readonly Column[]>;

/**
 * Columns of a snapshot in memory: each is read whole when a plan first needs it, by one statement
 * for all that the plan lacks, and those used longest ago go where they take more than their room.
 */
export class Columns implements Kept {
  readonly #columns = new Map<string, Held>();
  readonly #reading = new Map<string, SharedReading>();
  /** Whether columns are read that no request waits for. */
  #isReadingAhead = false;
  #runs: Runs | null = null;
  #size = 0;
  readonly #runCount: number;
  readonly #pointCount: number;

  constructor(
    { datasets }: Catalogue,
    private readonly store: Pick<Store, "values">,
    private readonly readPoints: ReadPoints,
    /** Bytes that columns may take in all. */
    private readonly room: number,
  ) {
    this.#runCount = datasets.reduce((count, dataset) => count + dataset.runCount, 0);
    this.#pointCount = datasets.reduce((count, dataset) => count + dataset.pointCount, 0);
  }

  get runs(): Runs | null {
    return this.#runs;
  }

  get(key: string): Column | null | undefined {
    const held = this.#columns.get(key);
    if (held !== undefined) {
      this.#columns.delete(key);
      this.#columns.set(key, held);
    }
    return held?.column;
  }

  /** Whether columns have room at once. */
  hasRoomFor(wanted: readonly Wanted[]): boolean {
    return BYTES_A_COLUMN * wanted.length + BYTES_A_VALUE * this.#valueCount(wanted) <= this.room;
  }

  /** Whether columns are short enough for a request to wait until they are read. */
  areShort(wanted: readonly Wanted[]): boolean {
    return this.#valueCount(wanted) <= SHORT;
  }

  #valueCount(wanted: readonly Wanted[]): number {
    const counts = wanted.map(({ table }) => (table === "runs" ? this.#runCount : this.#pointCount));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Reads what a plan lacks, for as long as somebody waits for it. The plan may still lack some of it
   * after: what does not fit exactly, or was pushed out.
   */
  async read(wanted: readonly Wanted[], signal: AbortSignal): Promise<void> {
    await Promise.all(this.#begin(wanted).map((reading) => reading.wait(signal)));
  }

  /** Has what a plan lacks read for the next one that wants it, unless that is done for another already. */
  readAhead(wanted: readonly Wanted[]): void {
    if (this.#isReadingAhead) return;
    this.#isReadingAhead = true;
    void Promise.all(this.#begin(wanted).map(({ over }) => over)).then(() => (this.#isReadingAhead = false));
  }

  /** What is to be waited for, begun where it was not. */
  #begin(wanted: readonly Wanted[]): SharedReading[] {
    const isRead = (key: string): boolean => this.#reading.get(key)?.isLeft === false;
    const missing = wanted.filter((one) => !isRead(keyOf(one)));
    const runs = missing.flatMap((one) => (one.table === "runs" ? [one.column] : []));
    const points = missing.flatMap((one) => (one.table === "points" ? [one.column] : []));
    if (runs.length > 0 || (this.#runs === null && !isRead(OWN)))
      this.#note([OWN, ...runs.map((column) => keyOf({ table: "runs", column }))], (signal) =>
        this.#readRuns(runs, signal),
      );
    if (points.length > 0)
      this.#note(
        points.map((column) => keyOf({ table: "points", column })),
        (signal) => this.#readPoints(points, signal),
      );
    return [...new Set([OWN, ...wanted.map(keyOf)].flatMap((key) => this.#reading.get(key) ?? []))];
  }

  #note(keys: readonly string[], read: (signal: AbortSignal) => Promise<void>): void {
    const reading = new SharedReading(read);
    for (const key of keys) this.#reading.set(key, reading);
    void reading.over.then(() => {
      for (const key of keys) if (this.#reading.get(key) === reading) this.#reading.delete(key);
    });
  }

  async #readRuns(columns: readonly RunColumn[], signal: AbortSignal): Promise<void> {
    const read = await this.store.values(
      { columns: [POINT_COUNT, ...columns], where: null, maxRuns: this.#runCount },
      signal,
    );
    this.#runs ??= runsOf(read);
    for (const column of columns)
      this.#keep({ table: "runs", column }, columnOf(read.values.get(columnKey(column)) ?? []));
  }

  async #readPoints(fields: readonly (CurveField | null)[], signal: AbortSignal): Promise<void> {
    const columns = await this.readPoints(fields, signal);
    fields.forEach((column, index) => this.#keep({ table: "points", column }, columns[index] ?? null));
  }

  #keep(wanted: Wanted, column: Column | null): void {
    // Points are grouped by numbers of their axis values, which are made once for the axis.
    const beside = wanted.table === "points" && wanted.column === null ? 4 * this.#pointCount : 0;
    const size = column ? sizeOf(column) + beside : 0;
    this.#columns.set(keyOf(wanted), { column, size });
    this.#size += size;
    for (const [key, oldest] of this.#columns) {
      if (this.#size <= this.room) return;
      this.#columns.delete(key);
      this.#size -= oldest.size;
    }
  }
}

/** A column, or null where it cannot be held as it is, and the bytes that it takes. */
interface Held {
  readonly column: Column | null;
  readonly size: number;
}

/** A double, and whether it is missing. */
const BYTES_A_VALUE = 9;
/** Values that are read within some tens of milliseconds. */
const SHORT = 500_000;
/** The runs' own columns are read with the first others. */
const OWN = "runs";
const POINT_COUNT: RunColumn = { kind: "field", field: "pointCount" };

/** Ids are 0, 1, … in order of dataset and line, and points are numbered in the order of their runs. */
function runsOf({ id, dataset, line, values }: RunColumns): Runs {
  const counts = values.get(columnKey(POINT_COUNT)) as readonly number[];
  const firstPoint = new Int32Array(id.length + 1);
  for (let run = 0; run < counts.length; run += 1)
    firstPoint[run + 1] = (firstPoint[run] as number) + (counts[run] as number);
  return {
    count: id.length,
    dataset: columnOf(dataset) as Column,
    line: columnOf(line) as Column,
    firstPoint,
  };
}
