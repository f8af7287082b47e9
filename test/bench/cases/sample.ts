import { rm } from "node:fs/promises";
import { writeSample } from "../../../server/sample/write-sample.js";
import type { Case } from "../row.js";
import { summarise } from "../times.js";

/** Of each file: over 200 MB in both. */
const RUNS = 10_000;
const LEAST_MB = 200;
const ROUNDS = 3;

export const sample: Case = {
  name: "sample",
  about: "Making and writing a sample of 20,000 runs, over 200 MB, whatever data the other cases are of.",
  async measure(world) {
    const directory = world.freshPath();
    const perMegabyte: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const written = new Map<string, number>();
      const start = performance.now();
      await writeSample({
        seed: 1 + round,
        runs: RUNS,
        directory,
        onProgress: ({ file, bytes }) => written.set(file, bytes),
      });
      const milliseconds = performance.now() - start;
      const megabytes = [...written.values()].reduce((sum, bytes) => sum + bytes, 0) / 1e6;
      if (megabytes < LEAST_MB) throw new Error(`the sample has only ${megabytes} MB`);
      perMegabyte.push(milliseconds / megabytes);
      await rm(directory, { recursive: true });
    }
    return [
      {
        name: "sample generator (ms a MB)",
        ours: summarise(perMegabyte),
        floor: null,
        aim: { kind: "rate", least: 50 },
        work: "sample",
        each: "MB",
      },
    ];
  },
};
