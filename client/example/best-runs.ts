import { createClient, operations } from "@sweepql/client";

/**
 * Prints the ten best runs of the first dataset that has a metric with a goal, and the band of that
 * metric over all of the dataset's runs. Run it with the URL of a server:
 *
 *     npm run example -w client -- http://127.0.0.1:4000/graphql
 */

const [url = "http://127.0.0.1:4000/graphql"] = process.argv.slice(2);
const client = createClient({ url, operations });

const { datasets } = await client.datasets();
const choices = datasets.map(({ metrics, ...dataset }) => {
  const known = metrics.filter(({ role, goal }) => role === "METRIC" && goal !== null);
  return { dataset, metric: known.find(({ split }) => split === "validation") ?? known[0] };
});
const choice = choices.find(({ metric }) => metric !== undefined);
if (!choice?.metric) throw new Error(`No dataset at ${url} has a metric with a goal.`);
const { dataset, metric } = choice;
const where = { dataset: { eq: dataset.name } };
const searched = dataset.hyperparameters.filter(({ role }) => role === "SEARCHED");

const { runs } = await client.bestRuns({ metric: metric.key, where });
console.log(`The best of ${runs.totalCount} runs of ${dataset.name}, by ${metric.name}:`);
print([
  ["line", metric.name, dataset.axis.name, ...searched.map(({ name }) => name)],
  ...runs.nodes.map(({ line, score, hyperparameterValues }) => {
    const values = new Map(
      hyperparameterValues.map((one) => [one.name, one.number ?? one.string ?? one.boolean]),
    );
    return [
      line,
      score.value ?? score.state,
      score.step,
      ...searched.map(({ name }) => values.get(name) ?? null),
    ];
  }),
]);

const { bands } = await client.curveBands({ metric: metric.key, where, p: [0.1, 0.5, 0.9] });
for (const { keys, points } of bands) {
  console.log(`\n${metric.name} over the runs of ${keys.map(({ label }) => label).join(", ")}:`);
  const every = Math.ceil(points.length / 10);
  print([
    [dataset.axis.name, "10 %", "50 %", "90 %", "runs"],
    ...points
      .filter((_, index) => (index + 1) % every === 0)
      .map((point) => [point.axis, ...point.metric.quantiles, point.metric.count]),
  ]);
}

type Cell = string | number | boolean | null;

function print(rows: readonly (readonly Cell[])[]): void {
  const texts = rows.map((row) => row.map(show));
  const widths =
    texts[0]?.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of texts)
    console.log(row.map((text, column) => text.padStart(widths[column] ?? 0)).join("  "));
}

function show(cell: Cell): string {
  if (typeof cell !== "number" || Number.isInteger(cell)) return cell === null ? "–" : String(cell);
  return cell.toPrecision(4);
}
