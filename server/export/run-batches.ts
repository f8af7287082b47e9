import type { ColumnOf, RunValue } from "../../schema/exports/export-plan.js";
import { encodeId } from "../../schema/ids.js";
import { columnKey, type RunColumn } from "../../schema/plan.js";
import type { RunColumns, Store, StoredValue } from "../../schema/store.js";
import type { Batch } from "./batch.js";

/** Reads columns of runs, a batch of runs at a time, in the order of their ids. */
export async function* runBatches(
  { columns }: { readonly columns: readonly ColumnOf<RunValue>[] },
  ids: readonly number[],
  store: Store,
  signal: AbortSignal,
  batchValues: number,
): AsyncGenerator<Batch, void, undefined> {
  const size = Math.max(1, Math.floor(batchValues / columns.length));
  for (let start = 0; start < ids.length; start += size) {
    const batch = ids.slice(start, start + size);
    const values = await readRuns(
      columns.map(({ from }) => from),
      batch,
      store,
      signal,
    );
    yield { rowCount: batch.length, columns: values };
  }
}

/** The values of some runs, one array a value with one entry a run, in the order of the ids. */
export async function readRuns(
  values: readonly RunValue[],
  ids: readonly number[],
  store: Store,
  signal: AbortSignal,
): Promise<StoredValue[][]> {
  const wanted = values.filter(isColumn);
  const columns = [...new Map(wanted.map((column) => [columnKey(column), column])).values()];
  const read = await store.lookUpColumns({ columns, by: { ids } }, signal);
  const places = new Map(read.id.map((id, place) => [id, place]));
  const rows = ids.map((id) => {
    const place = places.get(id);
    if (place === undefined) throw new Error(`The store answered no run of id ${id}.`);
    return place;
  });
  const configurations = values.some(isConfiguration)
    ? await configurationIds(valuesOf(read, { kind: "field", field: "configuration" }), store, signal)
    : new Map<StoredValue, string>();
  const reader = (value: RunValue): ((place: number) => StoredValue) => {
    switch (value.kind) {
      case "dataset":
        return (place) => datasetName(read, place, store);
      case "id":
        return (place) => encodeId("Run", `${datasetName(read, place, store)}:${read.line[place]}`);
      case "line":
        return (place) => read.line[place] ?? null;
      default: {
        const found = valuesOf(read, value);
        return isConfiguration(value)
          ? (place) => configurations.get(found[place] ?? null) ?? null
          : (place) => found[place] ?? null;
      }
    }
  };
  return values.map((value) => rows.map(reader(value)));
}

const isColumn = (value: RunValue): value is RunColumn =>
  value.kind !== "id" && value.kind !== "dataset" && value.kind !== "line";

const isConfiguration = (value: RunValue): boolean =>
  value.kind === "field" && value.field === "configuration";

function valuesOf(read: RunColumns, column: RunColumn): readonly StoredValue[] {
  const found = read.values.get(columnKey(column));
  if (!found) throw new Error(`The runs were read without ${columnKey(column)}.`);
  return found;
}

const datasetName = ({ dataset }: RunColumns, place: number, { catalogue }: Store): string =>
  catalogue.datasets[dataset[place] ?? -1]?.name ?? "";

/** The ids that clients know configurations by, by the store's numbers. */
export async function configurationIds(
  numbers: readonly StoredValue[],
  store: Store,
  signal: AbortSignal,
): Promise<ReadonlyMap<StoredValue, string>> {
  const ids = [...new Set(numbers)].filter((number) => typeof number === "number");
  const found = await store.lookUpConfigurations({ by: { ids }, hyperparameters: [] }, signal);
  return new Map(found.map(({ id, key }) => [id, encodeId("Configuration", key)]));
}
