import { limits } from "./limits.js";
import { setMaxListeners } from "node:events";
import DataLoader from "dataloader";
import type { Analyses } from "./analyses.js";
import type { Changes } from "./changes.js";
import type { Catalogue, CurveField, Hyperparameter } from "./catalogue.js";
import { columnKey, type CurveWindow, type RunColumn } from "./plan.js";
import type { ConfigurationRow, CurveColumns, RunRow, Store } from "./store.js";

/** Part of the points that one statement answered: those of one run, or a single one. */
export interface CurveSlice {
  readonly columns: CurveColumns;
  readonly start: number;
  readonly end: number;
}

/** Why newer data than those served are not. */
export interface ServingFault {
  /** The dataset whose file is at fault; null where it is no file's alone. */
  readonly dataset: string | null;
  readonly message: string;
  /** Whether it is of what is not served at all: then no dataset that is served is at fault. */
  readonly isOfUnserved?: boolean;
}

/**
 * What a resolver gets: one snapshot for the whole request, and loaders that gather what the rows
 * of one level ask for into one statement.
 */
export class Context {
  readonly catalogue: Catalogue;
  readonly #loaders = new Map<string, DataLoader<number, never>>();
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(
    readonly store: Store,
    readonly signal: AbortSignal,
    readonly analyses: Analyses,
    readonly faults: readonly ServingFault[] = [],
    readonly changes: Changes | null = null,
  ) {
    this.catalogue = store.catalogue;
    // Every statement of the request listens to it, however many there are.
    setMaxListeners(0, signal);
  }

  /** The answer to a plan that several parents share, asked for once. */
  once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    let answer = this.#answers.get(key) as Promise<T> | undefined;
    if (!answer) {
      answer = ask();
      this.#answers.set(key, answer);
    }
    return answer;
  }

  /** A run by its id. */
  run(columns: readonly RunColumn[], id: number): Promise<RunRow> {
    const load = async (ids: readonly number[]): Promise<RunRow[]> => {
      const rows = await this.store.lookUpRuns({ columns, by: { ids } }, this.signal);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((wanted) => found(byId.get(wanted), "run", wanted));
    };
    return this.#load(`run ${columns.map(columnKey).sort().join()}`, load, id);
  }

  /** The points of a run's curve within a window, with the fields that are wanted. */
  curve(fields: readonly CurveField[], window: CurveWindow, run: number): Promise<CurveSlice> {
    const load = async (runs: readonly number[]): Promise<CurveSlice[]> => {
      const columns = await this.store.curves(
        { fields, of: { runs, window }, maxPoints: limits.maxPoints },
        this.signal,
      );
      const starts = startsOf(columns.run);
      return runs.map((wanted) => {
        const bounds = starts.get(wanted);
        return { columns, start: bounds?.[0] ?? 0, end: bounds?.[1] ?? 0 };
      });
    };
    return this.#load(`curve ${columnsOf(fields)} ${JSON.stringify(window)}`, load, run);
  }

  /** A point by its id. */
  point(fields: readonly CurveField[], id: number): Promise<CurveSlice> {
    const load = async (points: readonly number[]): Promise<CurveSlice[]> => {
      const columns = await this.store.curves(
        { fields, of: { points }, maxPoints: limits.maxPoints },
        this.signal,
      );
      const places = new Map(Array.from(columns.id, (point, index) => [point, index]));
      return points.map((wanted) => {
        const start = found(places.get(wanted), "point", wanted);
        return { columns, start, end: start + 1 };
      });
    };
    return this.#load(`point ${columnsOf(fields)}`, load, id);
  }

  /** A configuration by its id. */
  configuration(hyperparameters: readonly Hyperparameter[], id: number): Promise<ConfigurationRow> {
    const load = async (ids: readonly number[]): Promise<ConfigurationRow[]> => {
      const rows = await this.store.lookUpConfigurations({ by: { ids }, hyperparameters }, this.signal);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((wanted) => found(byId.get(wanted), "configuration", wanted));
    };
    return this.#load(`configuration ${columnsOf(hyperparameters)}`, load, id);
  }

  /** What a plan answers for each of some sets (datasets, configurations), in one statement. */
  part<T>(key: string, ask: (parts: readonly number[]) => Promise<readonly T[]>, part: number): Promise<T> {
    return this.#load(`part ${key}`, ask, part);
  }

  #load<T>(key: string, batch: (ids: readonly number[]) => Promise<readonly T[]>, id: number): Promise<T> {
    let loader = this.#loaders.get(key) as DataLoader<number, T> | undefined;
    if (!loader) {
      loader = new DataLoader(batch);
      this.#loaders.set(key, loader as unknown as DataLoader<number, never>);
    }
    return loader.load(id);
  }
}

const columnsOf = (of: readonly { readonly column: string }[]): string =>
  of.map(({ column }) => column).join();

/** Where each run's points begin and end; they lie together. */
function startsOf(runs: ArrayLike<number>): Map<number, readonly [number, number]> {
  const bounds = new Map<number, readonly [number, number]>();
  let start = 0;
  for (let index = 1; index <= runs.length; index += 1) {
    if (index === runs.length || runs[index] !== runs[start]) {
      bounds.set(runs[start] as number, [start, index]);
      start = index;
    }
  }
  return bounds;
}

function found<T>(value: T | undefined, kind: string, id: number): T {
  if (value === undefined) throw new Error(`The store answered no ${kind} of id ${id}.`);
  return value;
}
