import { basename } from "node:path";
import { DataFault } from "../errors.js";
import type { SampleOptions } from "../sample/generate.js";
import { writeSample } from "../sample/write-sample.js";
import { Progress } from "./progress.js";
import { grouped, type Terminal } from "./terminal.js";

/** Writes a sample, with progress, and returns its files. @throws DataFault where the folder cannot be written. */
export async function makeSample(
  folder: string,
  options: SampleOptions,
  { stderr, stop }: Terminal,
): Promise<string[]> {
  const progress = new Progress(stderr);
  try {
    return await writeSample({
      directory: folder,
      ...options,
      onProgress: ({ file, lines }) => {
        stop.throwIfAborted();
        progress.show(`Writing ${basename(file)}: ${grouped(lines)} of ${grouped(options.runs)} runs`);
      },
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EEXIST"].includes(code))
      throw error;
    throw new DataFault(`${folder}: the sample cannot be written there: ${(error as Error).message}.`);
  } finally {
    progress.end();
  }
}
