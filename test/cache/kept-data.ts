import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { graphql, lexicographicSortSchema, printSchema } from "graphql";
import { onTestFinished } from "vitest";
import { Context } from "../../schema/context.js";
import { type CachedSnapshot, takeCachedSnapshot } from "../../server/cached-snapshot.js";
import type { Snapshot } from "../../server/snapshot.js";
import { lines } from "../live/data-files.js";

const MANIFEST = { metrics: { loss: { goal: "minimize" } } };

/** Data of two small files, and a cache folder of a test's own. */
export class KeptData {
  readonly #top = mkdtempSync(join(tmpdir(), "sweepql-cache-test-"));
  readonly folder = this.#top;
  readonly cache = join(this.#top, "cache");
  readonly a = join(this.#top, "a.jsonl");
  readonly b = join(this.#top, "b.jsonl");
  readonly manifest = join(this.#top, "sweepql.json");
  /** Of every start, why the cache was not used. */
  readonly notes: string[] = [];

  private constructor() {
    onTestFinished(() => rmSync(this.#top, { recursive: true, force: true }));
  }

  static async make(runs = 3): Promise<KeptData> {
    const data = new KeptData();
    writeFileSync(data.a, lines(runs));
    writeFileSync(data.b, lines(runs, 101));
    writeFileSync(data.manifest, JSON.stringify(MANIFEST));
    await settle();
    return data;
  }

  /** Starts once, and ends when all is kept that is to be; `loaded` are the files that were read for it. */
  async start<T>(
    use: (started: CachedSnapshot & { readonly loaded: readonly string[] }) => T | Promise<T>,
    { verify = "after", limit = 1e9 }: { verify?: "before" | "after"; limit?: number } = {},
  ): Promise<T> {
    const loaded: string[] = [];
    const taken = await takeCachedSnapshot({
      sources: [this.folder],
      cache: { folder: this.cache, limit },
      verify,
      onNote: (note) => void this.notes.push(note),
      onProgress: ({ file }) => void (file !== null && loaded.push(file)),
    });
    try {
      return await use({ ...taken, loaded });
    } finally {
      await taken.snapshot.close();
    }
  }

  /** Whether a start found everything in the cache, and the learning rates that it then answers. */
  rates(options?: { verify?: "before" | "after" }): Promise<{ isFromCache: boolean; rates: number[] }> {
    return this.start(async ({ snapshot, isFromCache }) => {
      const { data } = await ask(snapshot, "{ runs { nodes { hyperparameters { lr } } } }");
      const { runs } = data as { runs: { nodes: { hyperparameters: { lr: number } }[] } };
      return { isFromCache, rates: runs.nodes.map(({ hyperparameters }) => hyperparameters.lr) };
    }, options);
  }

  entries(): string[] {
    return readdirSync(this.cache).map((name) => join(this.cache, name));
  }

  /** A file of the only entry. */
  kept(name: "record" | "snapshot.duckdb"): string {
    const [entry = "", ...others] = this.entries();
    if (others.length > 0) throw new Error(`there are several entries: ${others.join(", ")}`);
    return join(entry, name);
  }

  append(file: string, from: number): void {
    appendFileSync(file, lines(1, from));
  }
}

/** Waits until a change of what was written shows in its times. */
export const settle = (): Promise<void> => wait(40);

export function flipByte(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes[position] = (bytes[position] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

export const ask = (snapshot: Snapshot, source: string) =>
  graphql({
    schema: snapshot.schema,
    source,
    contextValue: new Context(snapshot.store, AbortSignal.timeout(60_000), snapshot.analyses),
  });

/** All that a snapshot tells: its schema, its catalogue, and answers. */
export async function told({ schema, catalogue, ...rest }: Snapshot): Promise<unknown> {
  const questions = [
    "{ datasets { name version runCount pointCount metrics { name goal finiteCount } } }",
    "{ runs(first: 100) { nodes { line hyperparameters { lr } curve { step loss } score(of: LOSS) { value step } } } }",
    "{ aggregateRuns(groupBy: [{ dataset: true }]) { count measure(of: { score: { metric: LOSS } }) { median stddev } } }",
  ];
  const snapshot = { schema, catalogue, ...rest };
  return {
    schema: printSchema(lexicographicSortSchema(schema)),
    catalogue,
    answers: await Promise.all(questions.map((question) => ask(snapshot, question))),
  };
}
