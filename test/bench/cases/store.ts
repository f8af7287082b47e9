import { rm } from "node:fs/promises";
import { columnKey } from "../../../schema/plan.js";
import type { GroupRow, Store } from "../../../schema/store.js";
import { openSnapshot } from "../../../server/duckdb/open.js";
import { load } from "../../../server/ingest/load.js";
import { DuckDbStore } from "../../../server/store/duckdb-store.js";
import { MemoryStore } from "../../../server/store/memory/memory-store.js";
import { pointReader } from "../../../server/store/memory/read-points.js";
import type { FloorDatabase } from "../floors/database.js";
import { aggregates, type Asked, bands, groups, pageOfRuns, runWithCurve } from "../floors/queries.js";
import type { Aim, Case, Row } from "../row.js";
import { type Answered, requireSame } from "../same-numbers.js";
import { interleave } from "../times.js";
import { asked } from "./asked.js";
import { plansOver } from "./store-plans.js";

interface Question {
  readonly name: string;
  readonly ask: (store: Store, asked: Asked) => Promise<Answered>;
  readonly floor: (database: FloorDatabase, asked: Asked) => Promise<string>;
}

const never = new AbortController().signal;
const AIM: Aim = { kind: "ratio", most: 1 };

export const storeInProcess: Case = {
  name: "store",
  about:
    "Plans in process, answered from columns in memory and by statements; floor: prepared statements to JSON, in process.",
  async measure(world) {
    const databaseFile = world.freshPath();
    const catalogue = await load({ sources: world.files, databaseFile });
    const pool = await openSnapshot(databaseFile);
    const engine = new DuckDbStore(catalogue, pool);
    const memory = new MemoryStore(engine, pointReader(pool));
    const [database] = (await world.floors()) as [FloorDatabase];
    const rows: Row[] = [];
    try {
      for (const { name, ask, floor } of questions(plansOver(catalogue))) {
        const wanted = asked(world, 7);
        requireSame(name, await ask(memory, wanted), await ask(engine, wanted));
        const [floorTimes, inMemory, byStatement] = await interleave(
          [
            (repetition) => floor(database, asked(world, repetition)),
            (repetition) => ask(memory, asked(world, repetition)),
            (repetition) => ask(engine, asked(world, repetition)),
          ],
          { warmUp: 60, count: 200 },
        );
        if (!floorTimes || !inMemory || !byStatement) throw new Error("nothing was measured");
        rows.push(
          { name: `${name}, from memory`, ours: inMemory, floor: floorTimes, aim: AIM },
          { name: `${name}, by statement`, ours: byStatement, floor: floorTimes, aim: null },
        );
      }
    } finally {
      await pool.close();
      await rm(databaseFile, { force: true });
    }
    return rows;
  },
};

const questions = (plans: ReturnType<typeof plansOver>): readonly Question[] => [
  {
    name: "run with its curve",
    async ask(store, wanted) {
      const [run] = await store.lookUpRuns(plans.line(wanted), never);
      if (!run) throw new Error(`there is no line ${wanted.line}`);
      const plan = plans.curve(run.id);
      const { axis, values } = await store.curves(plan, never);
      return [run.line, ...Array.from(axis), ...plan.fields.flatMap(({ column }) => values(column))];
    },
    floor: runWithCurve,
  },
  {
    name: "page of 50 runs",
    async ask(store, wanted) {
      const plan = plans.page(wanted);
      const keys = plan.columns.map(columnKey);
      const page = (await store.runs(plan, never)).get(-1);
      return (
        page?.rows.flatMap(({ line, values }) => [
          line,
          ...numbers(keys.map((key) => values.get(key) ?? null)),
        ]) ?? []
      );
    },
    floor: pageOfRuns,
  },
  ...([null, 0.5] as const).map((width) => ({
    name: width === null ? "aggregates" : "groups by half decade",
    ask: async (store: Store, wanted: Asked) =>
      numbersOf(await store.aggregate(plans.groups(wanted, width), never)),
    floor: width === null ? aggregates : groups,
  })),
  {
    name: "10-50-90 % band by step",
    ask: async (store, wanted) => numbersOf(await store.aggregate(plans.bands(wanted), never)),
    floor: bands,
  },
];

const numbersOf = (rows: readonly GroupRow[]): Answered =>
  rows.flatMap(({ axis, runCount, values }) => [axis, runCount, ...values.values()]);

const numbers = (values: Iterable<unknown>): Answered =>
  [...values].map((value) => (typeof value === "string" || value === undefined ? null : (value as number)));
