import { readArguments } from "./arguments.js";
import { bandByStep, byLearningRate, overAFilter } from "./cases/aggregates.js";
import { highestDensityBands, quadraticFit } from "./cases/analyses.js";
import { bare } from "./cases/bare.js";
import { curvesAsPoints, curvesAsSeries } from "./cases/curves.js";
import { latency } from "./cases/latency.js";
import { page, runWithItsCurve } from "./cases/runs.js";
import { startUp } from "./cases/start-up.js";
import { storeInProcess } from "./cases/store.js";
import { describeMachine } from "./machine.js";
import { comparison, machineLine, table } from "./report.js";
import { readEarlier, type Result, toResult, writeResults } from "./results.js";
import type { Case } from "./row.js";
import { World } from "./world.js";

const CASES: readonly Case[] = [
  startUp,
  bare,
  storeInProcess,
  runWithItsCurve,
  page,
  overAFilter,
  byLearningRate,
  bandByStep,
  curvesAsPoints,
  curvesAsSeries,
  highestDensityBands,
  quadraticFit,
  latency,
];

const METHOD = `Milliseconds. The service runs in a process of its own, asked over one loopback connection; floors run in this
process, in turn with it, on tables of their own. Both answer the same values, which is checked before.
over: median less the floor's; quiet: the same of the tenth percentiles. noise: quartile range as a share of the median, ours and the floor's.
`;

const wanted = readArguments(process.argv.slice(2), CASES);
if (wanted) {
  const earlier = wanted.compare === null ? null : await readEarlier(wanted.compare);
  const machine = describeMachine();
  const started = performance.now();
  process.stdout.write(`${machineLine(machine)}\n${METHOD}`);
  const world = await World.make(wanted.profile);
  const rows: Result[] = [];
  try {
    for (const one of wanted.cases) {
      process.stderr.write(`… ${one.name}\n`);
      rows.push(...(await one.measure(world)).map((row) => toResult(one.name, row)));
    }
  } finally {
    await world.close();
  }
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`\n${table(rows)}\n\n${seconds.toFixed(0)} s in all\n`);
  if (earlier)
    process.stdout.write(
      `\nChange of the ratio (of the median, without a floor):\n${comparison(rows, earlier)}\n`,
    );
  if (wanted.json !== null) await writeResults(wanted.json, { machine, seconds, rows });
}
