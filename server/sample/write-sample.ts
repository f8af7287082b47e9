import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { planSample, type SampleOptions } from "./generate.js";
import { formatResidual } from "./residual.js";
import { formatTuning } from "./tuning.js";

/** How far a sample's writing has come. */
export interface SampleProgress {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
}

export interface WriteSampleOptions extends SampleOptions {
  /** Made where it is missing. */
  readonly directory: string;
  /** Called after every few megabytes, and at the end of each file. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

const chunkLength = 1 << 22;

/**
 * Writes both files of a sample and returns their paths. Neither takes its final name before both are
 * complete; files of those names are replaced.
 * @throws {ConfigurationFault} for options out of range; the file system's errors as they are.
 */
export async function writeSample(options: WriteSampleOptions): Promise<string[]> {
  const plan = planSample(options);
  await mkdir(options.directory, { recursive: true });
  const files = [
    { name: "llama-33m_tuning.results.jsonl", lines: formatTuning(plan) },
    { name: "llama-33m_residual.results.jsonl", lines: formatResidual(plan) },
  ].map(({ name, lines }) => {
    const path = join(options.directory, name);
    return { path, lines, unfinished: `${path}.${process.pid}.unfinished` };
  });
  try {
    for (const file of files) await writeLines(file.unfinished, file.lines, file.path, options.onProgress);
    for (const file of files) await rename(file.unfinished, file.path);
  } finally {
    for (const file of files) await rm(file.unfinished, { force: true });
  }
  return files.map((file) => file.path);
}

async function writeLines(
  path: string,
  lines: Iterable<string>,
  file: string,
  onProgress: WriteSampleOptions["onProgress"],
): Promise<void> {
  const handle = await open(path, "w");
  try {
    let chunk: string[] = [];
    let length = 0;
    let written = { file, lines: 0, bytes: 0 };
    const flush = async (): Promise<void> => {
      const buffer = Buffer.from(chunk.join(""), "latin1");
      await handle.writeFile(buffer);
      written = { file, lines: written.lines + chunk.length, bytes: written.bytes + buffer.length };
      onProgress?.(written);
      chunk = [];
      length = 0;
    };
    for (const line of lines) {
      chunk.push(`${line}\n`);
      length += line.length + 1;
      if (length >= chunkLength) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
}
