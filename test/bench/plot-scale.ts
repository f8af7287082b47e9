import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { scalePlot, type Series } from "./scale-plot.js";

/**
 * `tsx test/bench/plot-scale.ts <picture.svg> <results.json>…`: draws how medians grow with the number of
 * runs, from results of `npm run bench:large` at several sizes, and prints them as a table of Markdown.
 */
const TIMES: Readonly<Record<string, string>> = {
  "load, fresh process": "load",
  "start from the cache": "start from the cache",
  "aggregates of aggregateRuns": "aggregates",
  "groups by half decade": "groups",
  "10-50-90 % band by step": "bands by step",
  "page of 50 runs": "page of 50",
  "one run with its curve": "one run",
};
const BULK: Readonly<Record<string, string>> = {
  "importance, all runs": "importance",
  "pair importance, all runs": "pair importance",
  "noisy quadratic fit, all runs": "quadratic fit",
  "noisy quadratic fit, threshold suggested, at most 20,000 runs": "the same, suggested*",
  "tuning curve with its band, at most 20,000 runs": "tuning curve*",
  "export of all points as CSV": "export of all points",
};
const MEMORY: Readonly<Record<string, string>> = {
  "load, peak memory (MB)": "load, peak",
  "start from the cache: peak memory (MB)": "server from the cache",
  "memory while serving: peak after the questions (MB)": "… after questions",
  "memory while serving: peak after the analyses, too (MB)": "… and analyses",
  "memory while serving: peak after an export of all points, too (MB)": "… and an export",
};

const measured = z.object({
  runs: z.number(),
  rows: z.array(z.object({ name: z.string(), ours: z.object({ median: z.number() }) })),
});
type Measured = z.infer<typeof measured>;

const [picture = "", ...files] = process.argv.slice(2);
if (files.length < 2) throw new Error("a picture to write, and two results or more, are wanted");
const results = (
  await Promise.all(files.map(async (file) => measured.parse(JSON.parse(await readFile(file, "utf8")))))
).sort((a, b) => a.runs - b.runs);

const seriesOf = (names: Readonly<Record<string, string>>): Series[] =>
  Object.entries(names).map(([row, name]) => ({
    name,
    points: results.flatMap((result) => pointOf(result, row)),
  }));

function pointOf({ runs, rows }: Measured, row: string): { runs: number; value: number }[] {
  const found = rows.find(({ name }) => name === row);
  return found ? [{ runs, value: found.ours.median }] : [];
}

const [times, bulk, memory] = [seriesOf(TIMES), seriesOf(BULK), seriesOf(MEMORY)];
await writeFile(
  picture,
  scalePlot([
    { title: "Milliseconds", series: times },
    { title: "Milliseconds (* of at most 20,000 runs)", series: bulk },
    { title: "Megabytes", series: memory },
  ]),
);
const cells = ({ name, points }: Series, unit: string): string =>
  `| ${name} | ${results
    .map(({ runs }) => shown(points.find((point) => point.runs === runs)?.value, unit))
    .join(" | ")} |`;
const shown = (value: number | undefined, unit: string): string =>
  value === undefined
    ? ""
    : `${value < 100 ? value.toPrecision(2) : Math.round(value).toLocaleString("en-US")} ${unit}`;
process.stdout.write(
  [
    `| runs | ${results.map(({ runs }) => runs.toLocaleString("en-US")).join(" | ")} |`,
    `| --- |${results.map(() => " ---: |").join("")}`,
    ...[...times, ...bulk].map((one) => cells(one, "ms")),
    ...memory.map((one) => cells(one, "MB")),
    "",
  ].join("\n"),
);
