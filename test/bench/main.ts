import { aggregateCases, BESIDE_THE_SQL } from "./cases/aggregates.js";
import { highestDensityBands, quadraticFit } from "./cases/analyses.js";
import { bare } from "./cases/bare.js";
import { curvesAsPoints, curvesAsSeries } from "./cases/curves.js";
import { latency } from "./cases/latency.js";
import { page, runWithItsCurve } from "./cases/runs.js";
import { startUp } from "./cases/start-up.js";
import { storeInProcess } from "./cases/store.js";
import { defaultSample } from "../../server/sample/generate.js";
import { measure } from "./measure.js";
import type { Case } from "./row.js";

const CASES: readonly Case[] = [
  startUp,
  bare,
  storeInProcess,
  runWithItsCurve,
  page,
  ...aggregateCases(BESIDE_THE_SQL),
  curvesAsPoints,
  curvesAsSeries,
  highestDensityBands,
  quadraticFit,
  latency,
];

await measure(process.argv.slice(2), { command: "bench", cases: CASES, runs: defaultSample.runs });
