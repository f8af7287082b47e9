import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lines, makeDataFolder } from "./data-files.js";
import { serveLive } from "./live-server.js";

interface Page {
  readonly before: { readonly totalCount: number };
  readonly scores: { readonly worst: { readonly value: number }; readonly matchedCount: number };
  readonly after: readonly { readonly count: number }[];
}

test("a request under way while the data are swapped is answered whole from the version that it began on", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(4));
  writeFileSync(join(folder, "sweepql.json"), JSON.stringify({ metrics: { loss: { goal: "minimize" } } }));
  const live = await serveLive(folder, { keepAtMost: 0, keepFor: 0 });
  const first = live.snapshots.current;
  // The first statement of the request waits until other data are served.
  const { store } = first;
  const read = store.values.bind(store);
  let release = (): void => undefined;
  const swapped = new Promise<void>((resolve) => (release = resolve));
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  Object.assign(store, {
    values: async (...asked: Parameters<typeof read>) => {
      begin();
      await swapped;
      return read(...asked);
    },
  });
  const held = live.ask<Page>(
    "{ before: runs { totalCount } scores(of: { metric: LOSS }) { matchedCount worst { value } } after: aggregateRuns { count } }",
  );
  await begun;
  writeFileSync(join(folder, "next"), lines(9, 100));
  renameSync(join(folder, "next"), file);
  const now = await live.until<{ runs: { totalCount: number } }>(
    "{ runs(first: 0) { totalCount } }",
    ({ data }) => data.runs.totalCount === 9,
  );
  expect(now.extensions.dataVersion).not.toBe(first.catalogue.version);
  release();
  const answer = await held;
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toMatchObject({
    before: { totalCount: 4 },
    scores: { matchedCount: 4 },
    after: [{ count: 4 }],
  });
  expect(answer.extensions.dataVersion).toBe(first.catalogue.version);
});
