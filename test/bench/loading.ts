import { rm } from "node:fs/promises";
import { startScript } from "./child.js";
import type { World } from "./world.js";

export const loadOnce = new URL("./load-once.ts", import.meta.url);
export const loadFloorOnce = new URL("./floors/load-once.ts", import.meta.url);

/** Lends the path of a database that is not there yet, and removes it. */
export async function withFile<T>(world: World, work: (databaseFile: string) => Promise<T>): Promise<T> {
  const file = world.freshPath();
  try {
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}

export interface Loading {
  readonly milliseconds: number;
  /** The most memory that the process had resident. */
  readonly megabytes: number;
}

/** What a script says that it took to load, without the start of its process. */
export const loadInProcess = (world: World, script: URL, ...words: readonly string[]): Promise<Loading> =>
  withFile(world, async (file) => {
    const child = await startScript(script, [file, ...words, ...world.files], /^[\d.]+ ms, [\d.]+ MB$/);
    await child.stop();
    const [milliseconds = Number.NaN, megabytes = Number.NaN] = child.found
      .split(", ")
      .map(Number.parseFloat);
    return { milliseconds, megabytes };
  });
