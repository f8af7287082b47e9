import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonl } from "./load-text.js";
import { folder, loadFolder } from "./loaded-folder.js";

/** A run of the search on the page on manifests. */
const run = (lr: number, seed: number): object => ({
  optimizer: { lr },
  dropout: 0.1,
  seed,
  history: [
    { _step: 1, _runtime: 2, "val/loss": lr + 1, "val/accuracy": 0.5 },
    { _step: 2, _runtime: 4, "val/loss": lr + seed / 100, "val/accuracy": 0.75 },
  ],
});
const search = jsonl(...Array.from({ length: 20 }, (_, index) => run((index + 1) / 1000, index)));
const again = jsonl(
  ...[0.003, 0.007, 0.011].flatMap((lr) => [1, 2, 3, 4, 5].map((seed) => run(lr, 100 + seed))),
);

const datasets = async () => {
  const { catalogue, pool } = await loadFolder();
  void pool.close();
  return catalogue.datasets;
};
const experiments = async () =>
  Object.fromEntries((await datasets()).map(({ name, experiment }) => [name, experiment]));
const warningsOf = async (name: string): Promise<readonly string[]> =>
  (await datasets()).find((one) => one.name === name)?.warnings ?? [];
const notes = (...datasets: readonly object[]): string =>
  folder.write("sweepql.json", JSON.stringify({ name: "mnist", datasets }));

describe("the notes of a user's manifest on datasets", () => {
  test("hold in their order, by the name alone, as the page's example shows", async () => {
    folder.write("mnist_search.jsonl", search);
    folder.write("mnist_again.jsonl", again);
    const page = readFileSync(new URL("../../docs/manifest.md", import.meta.url), "utf8");
    const example = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? "";
    folder.write("sweepql.yaml", example.replace("replicates: 16", "replicates: 5"));
    const { mnist_search, mnist_again } = await experiments();
    expect(mnist_search).toMatchObject({ kind: "tuning", tuningDataset: null });
    expect(mnist_again).toMatchObject({
      kind: "residual",
      replicates: 5,
      blockQuantiles: [0.5, 0.9, 1],
      tuningDataset: "mnist_search",
    });
  });

  test("hold for no dataset whose name they do not fit", async () => {
    folder.write("my_search.jsonl", search);
    notes(
      { match: "*_again", kind: "residual" },
      { match: "nothing*", kind: "tuning", description: "not yours" },
    );
    expect(await experiments()).toMatchObject({ my_search: { kind: "unknown", description: null } });
  });

  test("of a file's own manifest come before the folder's", async () => {
    folder.write("a_again.jsonl", again);
    folder.write("b_again.jsonl", again);
    notes({ match: "*", kind: "tuning" });
    folder.write(
      "a_again.manifest.json",
      JSON.stringify({ datasets: [{ match: "a_again", kind: "residual" }] }),
    );
    expect(await experiments()).toMatchObject({ a_again: { kind: "residual" }, b_again: { kind: "tuning" } });
  });

  test("find a tuning dataset that no note calls a search", async () => {
    folder.write("mnist_search.jsonl", search);
    folder.write("mnist_again.jsonl", again);
    notes({ match: "*_again", kind: "residual", tuningDataset: "*_search" });
    expect(await experiments()).toMatchObject({
      mnist_search: { kind: "unknown" },
      mnist_again: { tuningDataset: "mnist_search" },
    });
    expect(await warningsOf("mnist_again")).toEqual([]);
  });

  test("warn where the tuning dataset is not served, and of what stands for it", async () => {
    folder.write("mnist_again.jsonl", again);
    notes({ match: "*_again", kind: "residual", tuningDataset: "*_searches" });
    expect(await warningsOf("mnist_again")).toEqual([
      expect.stringMatching(/`\*_searches` as tuningDataset .* `mnist_searches` here, .* is unknown$/),
    ]);
    folder.write("mnist_search.jsonl", search);
    notes(
      { match: "*_again", kind: "residual", tuningDataset: "*_searches" },
      { match: "*", kind: "tuning" },
    );
    expect(await warningsOf("mnist_again")).toEqual([
      expect.stringMatching(/`mnist_searches` here, .* `mnist_search`, .* is taken instead$/),
    ]);
  });
});
