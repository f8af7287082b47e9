import type { ColumnOf, GroupValue } from "../../schema/exports/export-plan.js";
import { type AggregatePlan, aggregateKey } from "../../schema/plan.js";
import type { GroupKeyValue, GroupRow, Store, StoredValue, ValueState } from "../../schema/store.js";
import type { Batch } from "./batch.js";
import { configurationIds } from "./run-batches.js";

interface GroupsPlan {
  readonly columns: readonly ColumnOf<GroupValue>[];
  readonly groups: AggregatePlan;
}

/** Groups, which are all read, some at a time. */
export async function* groupBatches(
  { columns, groups }: GroupsPlan,
  rows: readonly GroupRow[],
  store: Store,
  signal: AbortSignal,
  batchValues: number,
): AsyncGenerator<Batch, void, undefined> {
  const size = Math.max(1, Math.floor(batchValues / columns.length));
  for (let start = 0; start < rows.length; start += size) {
    signal.throwIfAborted();
    const batch = rows.slice(start, start + size);
    const configurations = groups.groupBy.some(({ kind }) => kind === "configuration")
      ? await configurationIds(numbersOf(batch, groups), store, signal)
      : new Map<StoredValue, string>();
    const named = (key: GroupKeyValue, index: number): StoredValue => {
      switch (groups.groupBy[index]?.kind) {
        case "dataset":
          return store.catalogue.datasets[Number(key.value)]?.name ?? null;
        case "configuration":
          return configurations.get(key.value) ?? null;
        default:
          return valueOf(key);
      }
    };
    yield {
      rowCount: batch.length,
      columns: columns.map(({ from }) => batch.map((row) => read(row, from, named))),
    };
  }
}

const numbersOf = (rows: readonly GroupRow[], { groupBy }: AggregatePlan): StoredValue[] =>
  groupBy.flatMap((by, index) =>
    by.kind === "configuration" ? rows.map(({ keys }) => keys[index]?.value ?? null) : [],
  );

function read(
  row: GroupRow,
  from: GroupValue,
  named: (key: GroupKeyValue, index: number) => StoredValue,
): StoredValue {
  switch (from.kind) {
    case "axis":
      return row.axis;
    case "runCount":
      return row.runCount;
    case "aggregate":
      return row.values.get(aggregateKey(from.aggregate)) ?? null;
    case "key": {
      const key = row.keys[from.index];
      if (!key) throw new Error(`The group was read without key ${from.index}.`);
      switch (from.part) {
        case "value":
          return named(key, from.index);
        case "state":
          return stateNames[key.state];
        case "lower":
          // An edge of -0 is 0, as GraphQL answers it.
          return key.bin && (key.bin.lower ?? -Infinity) + 0;
        case "upper":
          return key.bin && (key.bin.upper ?? Infinity) + 0;
        case "upperClosed":
          return key.bin && key.bin.upperClosed;
      }
    }
  }
}

/** The number that a state stands for, where it is not finite. */
const nonFinite: Partial<Readonly<Record<ValueState, number>>> = {
  nan: NaN,
  positiveInfinity: Infinity,
  negativeInfinity: -Infinity,
};

const valueOf = ({ state, value }: GroupKeyValue): StoredValue => nonFinite[state] ?? value;

/** As GraphQL's `ValueState` calls them. */
const stateNames: Readonly<Record<ValueState, string>> = {
  finite: "FINITE",
  nan: "NAN",
  positiveInfinity: "POSITIVE_INFINITY",
  negativeInfinity: "NEGATIVE_INFINITY",
  missing: "MISSING",
};
