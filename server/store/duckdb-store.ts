import type { Catalogue, CurveField } from "../../schema/catalogue.js";
import { fault } from "../../schema/faults.js";
import { measureLabel } from "../../schema/measure.js";
import {
  type AggregatePlan,
  columnKey,
  type ConfigurationLookupPlan,
  type ConfigurationPlan,
  type CurvePlan,
  type HistogramPlan,
  type PointLookupPlan,
  type RunLookupPlan,
  type RunPlan,
  type ValuesPlan,
} from "../../schema/plan.js";
import type {
  ConfigurationPage,
  ConfigurationRow,
  CurveColumns,
  GroupRow,
  HistogramBin,
  RunColumns,
  RunPage,
  RunRow,
  Store,
} from "../../schema/store.js";
import type { Columns } from "../duckdb/connection.js";
import type { Statements } from "../duckdb/pool.js";
import { type Binned, compileHistogram, compileRanges } from "../sql/bins.js";
import { compileConfigurationLookup, compileConfigurations, unsharedColumns } from "../sql/configurations.js";
import { compileCurves, compilePointLookup } from "../sql/curves.js";
import type { GroupKey } from "../sql/group-keys.js";
import { compileGroups, type GroupsInput } from "../sql/groups.js";
import { compileRunLookup, compileRuns, compileValues } from "../sql/runs.js";
import { compile, type Sql, type Statement } from "../sql/tag.js";
import { binsOf, cutEdges, type Edges, innerEdges, type ValueRange } from "./bin-edges.js";
import { axisOfDatasets, readsAxis } from "./axes.js";
import { groupRows, mixesAxes } from "./groups.js";
import { configurationPages, configurationRow, runColumns, runPages, runRow } from "./pages.js";
import { requireFewGroups, requireFewPoints, requireFewRuns } from "./refusals.js";

type Rows = readonly (readonly unknown[])[];

/** A plan whose bins are cut. */
interface CutPlan extends GroupsInput {
  readonly edges: readonly (Edges | null)[];
}

/** Answers plans from a snapshot in DuckDB: each with one SELECT, and one before it where bins have to be cut. */
export class DuckDbStore implements Store {
  readonly #axisOfDataset: readonly number[];
  readonly #unshared: ReadonlySet<string>;
  readonly #repeats: boolean;

  constructor(
    readonly catalogue: Catalogue,
    private readonly pool: Statements,
    /** Told of every statement before it runs. */
    private readonly observe: (statement: Statement) => void = () => {},
  ) {
    this.#axisOfDataset = axisOfDatasets(catalogue);
    this.#unshared = unsharedColumns(catalogue);
    this.#repeats = catalogue.datasets.some(({ repeatingCount }) => repeatingCount > 0);
  }

  async runs(plan: RunPlan, signal: AbortSignal): Promise<ReadonlyMap<number, RunPage>> {
    const groups = plan.partition?.by === "group" ? await this.#cut(plan.partition.groups, signal) : null;
    return runPages(await this.#select(compileRuns(plan, groups), signal), plan);
  }

  async lookUpRuns(plan: RunLookupPlan, signal: AbortSignal): Promise<readonly RunRow[]> {
    const keys = plan.columns.map(columnKey);
    const rows = await this.#select(compileRunLookup(plan), signal);
    return rows.map((row) => runRow(row, row.slice(3), keys));
  }

  async values(plan: ValuesPlan, signal: AbortSignal): Promise<RunColumns> {
    const { values, rowCount } = await this.#columns(compileValues(plan), signal);
    requireFewRuns(rowCount, plan.maxRuns);
    return runColumns(values, plan.columns);
  }

  async lookUpColumns(plan: RunLookupPlan, signal: AbortSignal): Promise<RunColumns> {
    const { values } = await this.#columns(compileRunLookup(plan), signal);
    return runColumns(values, plan.columns);
  }

  async curves(plan: CurvePlan, signal: AbortSignal): Promise<CurveColumns> {
    const read = await this.#columns(compileCurves(plan), signal);
    requireFewPoints(read.rowCount, plan.maxPoints);
    return curveColumns(read, plan.fields);
  }

  async lookUpPoints(plan: PointLookupPlan, signal: AbortSignal): Promise<CurveColumns> {
    return curveColumns(await this.#columns(compilePointLookup(plan), signal), plan.fields);
  }

  async aggregate(plan: AggregatePlan, signal: AbortSignal): Promise<readonly GroupRow[]> {
    const input = await this.#cut(plan, signal);
    const { statement, aggregates } = compileGroups(input);
    const rows = await this.#select(statement, signal);
    if (plan.first === null) requireFewGroups(rows.length, plan.maxGroups, plan.curve !== null);
    if (rows.some(mixesAxes)) {
      const axes = [
        ...new Set(this.catalogue.datasets.map(({ axis }) => `${axis.field.name} (${axis.unit})`)),
      ];
      throw fault(
        "MIXED_AXES",
        `The filter holds for runs whose curves have different axes: ${axes.join(", ")}. Filter by dataset, or group by it: groupBy: [{dataset: true}].`,
      );
    }
    return groupRows(rows, input.keys, input.edges, aggregates);
  }

  async histogram(
    plan: HistogramPlan,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly HistogramBin[]>> {
    const input = await this.#cut(plan.groups, signal, [{ of: plan.of, bins: plan.bins }]);
    const edges = input.edges[plan.groups.groupBy.length];
    if (!edges) throw new Error("The histogram's bins were not cut.");
    const rows = await this.#select(compileHistogram(plan, input, innerEdges(edges)), signal);
    const bins = binsOf(edges);
    const empty = bins.map((bin) => ({ bin, count: 0 }));
    const groups = new Map<number, HistogramBin[]>([[-1, empty]]);
    for (const [ordinal, bin, count] of rows) {
      let counted = groups.get(Number(ordinal));
      if (!counted) groups.set(Number(ordinal), (counted = [...empty]));
      counted[Number(bin)] = { bin: bins[Number(bin)] as HistogramBin["bin"], count: Number(count) };
    }
    return groups;
  }

  async configurations(
    plan: ConfigurationPlan,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, ConfigurationPage>> {
    const rows = await this.#select(compileConfigurations(plan, this.#unshared), signal);
    return configurationPages(
      rows,
      plan.hyperparameters.map(({ column }) => column),
      plan.page,
    );
  }

  async lookUpConfigurations(
    plan: ConfigurationLookupPlan,
    signal: AbortSignal,
  ): Promise<readonly ConfigurationRow[]> {
    const columns = plan.hyperparameters.map(({ column }) => column);
    const rows = await this.#select(compileConfigurationLookup(plan, this.#unshared), signal);
    return rows.map((row) => configurationRow(row, columns));
  }

  /** Cuts the bins of a plan's keys over its runs, and others wanted beside them over the rows that it reads. */
  async #cut(plan: AggregatePlan, signal: AbortSignal, others: readonly Binned[] = []): Promise<CutPlan> {
    const ofKeys = plan.groupBy.map((by) => (by.kind === "bin" ? { of: by.of, bins: by.bins } : null));
    const edges = [
      ...(await this.#edges({ ...plan, curve: null }, ofKeys, signal)),
      ...(await this.#edges(plan, others, signal)),
    ];
    const keys = plan.groupBy.map((by, index): GroupKey => {
      const cut = edges[index];
      return { by, innerEdges: cut ? innerEdges(cut) : [], binCount: cut ? binsOf(cut).length : 0 };
    });
    requireFewEmptyBins(keys, plan.maxGroups);
    return {
      plan,
      keys,
      edges,
      axisOfDataset: readsAxis(plan) ? this.#axisOfDataset : [],
      repeats: this.#repeats,
    };
  }

  /** The edges of each binned measure, null where there is none to bin; ranges are read at once, where a rule needs any. */
  async #edges(
    plan: AggregatePlan,
    binned: readonly (Binned | null)[],
    signal: AbortSignal,
  ): Promise<(Edges | null)[]> {
    const open = binned.filter((one) => one !== null && one.bins.rule.kind !== "edges") as Binned[];
    const row =
      open.length === 0
        ? []
        : ((await this.#select(compileRanges(plan, open, this.#repeats), signal))[0] ?? []);
    return binned.map((one) => {
      if (!one) return null;
      const place = open.indexOf(one);
      const label = one.of.kind === "point" ? one.of.metric.name : measureLabel(one.of);
      return cutEdges(one.bins, place < 0 ? unknownRange : rangeAt(row, place), label);
    });
  }

  async #columns(node: Sql, signal: AbortSignal): Promise<Columns> {
    const statement = compile(node);
    this.observe(statement);
    return this.pool.columns(statement.text, statement.values, signal);
  }

  async #select(node: Sql, signal: AbortSignal): Promise<Rows> {
    const statement = compile(node);
    this.observe(statement);
    return (await this.pool.query(statement.text, statement.values, signal)).rows;
  }
}

/** Every combination of bins that are answered though empty is a group. */
function requireFewEmptyBins(keys: readonly GroupKey[], maxGroups: number): void {
  const counts = keys.map(({ by, binCount }) =>
    by.kind === "bin" && by.includeEmpty ? Math.max(1, binCount) : 1,
  );
  const groups = counts.reduce((product, count) => product * count, 1);
  if (groups > maxGroups) {
    throw fault(
      "LIMIT_EXCEEDED",
      `includeEmpty: ${counts.filter((count) => count > 1).join(" × ")} bins are ${groups} groups, and at most ${maxGroups} are answered.`,
    );
  }
}

function curveColumns({ values: read }: Columns, fields: readonly CurveField[]): CurveColumns {
  const [run = [], id = [], axis = [], ...values] = read;
  return {
    run: run as readonly number[],
    id: id as readonly number[],
    axis: axis as readonly number[],
    values: (column) => {
      const found = values[fields.findIndex((field) => field.column === column)];
      if (!found) throw new Error(`The points were read without ${column}.`);
      return found as readonly (number | null)[];
    },
  };
}

const unknownRange: ValueRange = { min: null, max: null, quantiles: [] };

const rangeAt = (row: readonly unknown[], place: number): ValueRange => ({
  min: row[3 * place] as number | null,
  max: row[3 * place + 1] as number | null,
  quantiles: (row[3 * place + 2] as number[] | null) ?? [],
});
