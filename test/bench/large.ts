import { aggregateCases, AS_THE_SQL } from "./cases/aggregates.js";
import { analysesOfMany } from "./cases/analyses-at-size.js";
import { bare } from "./cases/bare.js";
import { loadLarge } from "./cases/load-large.js";
import { memoryWhileServing } from "./cases/memory-while-serving.js";
import { page, runWithItsCurve } from "./cases/runs.js";
import { sample } from "./cases/sample.js";
import { warmStart } from "./cases/warm-start.js";
import { measure } from "./measure.js";

/** 100,000 runs, which are a gigabyte. */
await measure(process.argv.slice(2), {
  command: "bench:large",
  cases: [
    sample,
    loadLarge,
    warmStart,
    bare,
    ...aggregateCases(AS_THE_SQL),
    page,
    runWithItsCurve,
    analysesOfMany,
    memoryWhileServing,
  ],
  runs: 50_000,
});
