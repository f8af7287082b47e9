import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatNames } from "../../server/export/formats/format.js";
import { serve, type Service } from "../api/harness.js";
import { hostile, type Served } from "../api/worlds.js";
import { cutBins } from "../oracle/bins.js";
import { bands } from "../oracle/curves.js";
import { groupRuns, type GroupBy } from "../oracle/groups.js";
import { isFiniteNumber, valueOf } from "../oracle/measures.js";
import { quantile, summarise } from "../oracle/statistics.js";
import { exportBytes } from "./export-data.js";
import { readBack } from "./read-back.js";

let served: Served;
let service: Service;
beforeAll(async () => {
  served = hostile();
  service = await serve(served.sources);
});
afterAll(() => service.close());

const lr = { hyperparameter: "LR" } as const;
const loss = { score: { metric: "LOSS" } } as const;

describe.each(formatNames)("%s", (format) => {
  test("groups by bin, flag and dataset, with their statistics", async () => {
    const bin = { of: lr, by: { count: 3 }, scale: "LINEAR", includeEmpty: false } as const;
    const groupBy: GroupBy[] = [{ bin }, { diverged: true }, { dataset: true }];
    const args = {
      groupBy,
      aggregates: [
        { count: { where: { hyperparameters: { optimizer: { eq: "adam" } } } } },
        { statistic: { of: loss, statistic: "MEDIAN" } },
        { statistic: { of: loss, statistic: "NAN_COUNT" } },
        { quantile: { of: loss, p: 0.9, method: "LOWER" } },
      ],
    };
    const rows = await readBack(await exportBytes(service, { table: "groups", format, args }), format);
    const { world } = served;
    const rates = world.runs.map((run) => valueOf(world, run, lr)).filter(isFiniteNumber);
    const bins = cutBins(rates, { count: 3 }, "LINEAR");
    const wanted = groupRuns(world, world.runs, groupBy, [bins, null, null]).map(({ keys, runs }) => {
      const [binKey, diverged, dataset] = keys;
      const found = binKey?.state === "FINITE" ? bins[Number(binKey.value)] : undefined;
      const losses = runs.map((run) => valueOf(world, run, loss));
      const summary = summarise(losses);
      return {
        "hyperparameters.lr.lower": found?.lower ?? null,
        "hyperparameters.lr.upper": found?.upper ?? null,
        "hyperparameters.lr.upperClosed": found?.upperClosed ?? null,
        "hyperparameters.lr.state": binKey?.state ?? null,
        diverged: diverged?.value ?? null,
        dataset: world.datasets[Number(dataset?.value)]?.name ?? null,
        count: runs.length,
        count_2: runs.filter(({ hyperparameters }) => hyperparameters["OPTIMIZER"] === "adam").length,
        "score.loss.median": summary.median,
        "score.loss.nanCount": summary.nanCount,
        "score.loss.quantile.0.9.lower": quantile(losses.filter(isFiniteNumber), 0.9, "LOWER"),
      };
    });
    expect(new Set(rows.map((row) => row["hyperparameters.lr.state"]))).toContain("NAN");
    expect(rows).toEqual(wanted);
  });

  test("groups by value: what is not finite is a number of the format's own", async () => {
    const groupBy: GroupBy[] = [{ value: lr }];
    const args = { groupBy, aggregates: [], orderBy: [{ by: { key: 0 } }] };
    const rows = await readBack(await exportBytes(service, { table: "groups", format, args }), format);
    const { world } = served;
    const wanted = groupRuns(world, world.runs, groupBy, [null]).map(({ keys: [key], runs }) => ({
      "hyperparameters.lr":
        {
          FINITE: key?.value,
          NAN: NaN,
          POSITIVE_INFINITY: Infinity,
          NEGATIVE_INFINITY: -Infinity,
          MISSING: null,
        }[key?.state ?? "MISSING"] ?? null,
      count: runs.length,
    }));
    expect(wanted.map((row) => row["hyperparameters.lr"])).toEqual(
      expect.arrayContaining([NaN, Infinity, null]),
    );
    expect(rows).toEqual(wanted);
  });

  test("groups of curves, point by point", async () => {
    const window = { from: 0, to: 30, every: 1 };
    const where = { dataset: { eq: "hostile" } };
    const args = {
      where,
      ...window,
      aggregates: [
        { statistic: { of: "LOSS", statistic: "MAX" } },
        { statistic: { of: "LOSS", statistic: "INF_COUNT" } },
        { quantile: { of: "ACCURACY", p: 0.5 } },
      ],
    };
    const rows = await readBack(await exportBytes(service, { table: "curve-groups", format, args }), format);
    const runs = served.world.runs.filter(({ dataset }) => dataset.name === "hostile");
    const accuracies = bands(runs, "ACCURACY", window);
    const wanted = bands(runs, "LOSS", window).map(({ axis, runCount, values }, index) => ({
      axis,
      runCount,
      "metric.loss.max": summarise(values).max,
      "metric.loss.infCount": summarise(values).infCount,
      "metric.accuracy.quantile.0.5": quantile(
        (accuracies[index]?.values ?? []).filter(isFiniteNumber),
        0.5,
        "LINEAR",
      ),
    }));
    expect(rows.length).toBeGreaterThan(2);
    expect(rows).toEqual(wanted);
  });
});

test("open bins end at infinity, and configurations have the ids that filters take", async () => {
  const bin = { of: lr, by: { edges: [0.005] } };
  const csv = (
    await exportBytes(service, {
      table: "groups",
      format: "csv",
      args: { groupBy: [{ bin }], aggregates: [] },
    })
  ).toString();
  expect(
    csv
      .split("\n")
      .slice(1, 3)
      .map((line) => line.split(",").slice(0, 4)),
  ).toEqual([
    ["-inf", "0.005", "false", "FINITE"],
    ["0.005", "inf", "false", "FINITE"],
  ]);
  const args = { groupBy: [{ configuration: true }], aggregates: [] };
  const groups = await readBack(
    await exportBytes(service, { table: "groups", format: "parquet", args }),
    "parquet",
  );
  const runs = await readBack(
    await exportBytes(service, {
      table: "runs",
      format: "parquet",
      args: { where: { configuration: { eq: groups[0]?.["configuration"] } } },
    }),
    "parquet",
  );
  expect(runs).toHaveLength(Number(groups[0]?.["count"]));
  expect(runs.every((run) => run["configuration"] === groups[0]?.["configuration"])).toBe(true);
});

test("without aggregates: the usual statistics of every metric that has a best", async () => {
  const csv = (await exportBytes(service, { table: "groups", format: "csv" })).toString();
  expect(csv.split("\n")[0]?.split(",").slice(0, 4)).toEqual([
    "count",
    "score.accuracy.count",
    "score.accuracy.mean",
    "score.accuracy.stddev",
  ]);
});
