import { stat } from "node:fs/promises";
import type { SampleSettings } from "../config.js";
import { makeSample } from "./make-sample.js";
import type { Terminal } from "./terminal.js";
import { visible } from "./visible.js";

/** Makes a sample, and prints the files and their sizes. */
export async function sample({ out, seed, runs }: SampleSettings, terminal: Terminal): Promise<number> {
  const files = await makeSample(out, { seed, runs }, terminal);
  for (const file of files) {
    const { size } = await stat(file);
    terminal.stdout.write(`${visible(file)}  ${(size / 1e6).toFixed(1)} MB\n`);
  }
  return 0;
}
