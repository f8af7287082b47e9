import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { discover } from "../../server/ingest/discover.js";
import { servingFaultOf } from "../../server/ingest/left-out.js";
import { load, loadUsable } from "../../server/ingest/load.js";
import { jsonl } from "./load-text.js";
import { folder, loadFolder } from "./loaded-folder.js";

const point = (loss: number): object => ({ step: 1, loss });
/** A run of the Llama family, with just the keys that make it one. */
const llamaRun = (lr: number, extra: object = {}): object => ({
  iteration: 1,
  nan_train_loss: false,
  hyperparameters: {
    n_embd: 384,
    n_layer: 8,
    n_head: 6,
    lr,
    warmup_steps: 10,
    total_steps: 2,
    seed: Math.round(lr * 1e6),
  },
  learning_curve: [
    { step: 1, lr, val_raw_loss: 4, val_weight_averaged_loss: 4 },
    { step: 2, lr: 0, val_raw_loss: 3, val_weight_averaged_loss: 3 },
  ],
  ...extra,
});

describe("fields of several files", () => {
  test("are one where they have one key; types widen", async () => {
    folder.write("a.jsonl", jsonl({ lr: 1, opt: "x", curve: [point(1)] }));
    folder.write("b.jsonl", jsonl({ lr: 0.5, opt: 7, curve: [{ step: 1, acc: 1 }] }));
    const loaded = await loadFolder();
    expect(loaded.catalogue.hyperparameters.map(({ name, type, column }) => [name, type, column])).toEqual([
      ["lr", "float", "h0"],
      ["opt", "string", "h1"],
    ]);
    expect(loaded.catalogue.curveFields.map(({ name, column }) => [name, column])).toEqual([
      ["acc", "m0"],
      ["loss", "m1"],
      ["step", "m2"],
    ]);
    const points = await loaded.table("points");
    expect(points.map(({ m0, m1, m2 }) => [m0, m1, m2])).toEqual([
      [null, 1, 1],
      [1, null, 1],
    ]);
    expect((await loaded.table("runs")).map(({ h0, h1 }) => [h0, h1])).toEqual([
      [1, "x"],
      [0.5, "7"],
    ]);
  });

  test("have no goal where two files differ: no best, and no metric that tells of divergence", async () => {
    folder.write("a.jsonl", jsonl({ lr: 1, curve: [point(1), { step: 2, loss: 5 }] }));
    folder.write("b.jsonl", jsonl({ lr: 1, curve: [point(1), { step: 2, loss: 5 }] }));
    folder.write("c.jsonl", jsonl({ lr: 1, curve: [point(1), { step: 2, loss: 5 }] }));
    folder.write("a.manifest.json", JSON.stringify({ metrics: { loss: { goal: "minimize" } } }));
    folder.write("b.manifest.json", JSON.stringify({ metrics: { loss: { goal: "maximize" } } }));
    const loaded = await loadFolder();
    expect(loaded.catalogue.curveFields[0]).toMatchObject({
      name: "loss",
      goal: null,
      goals: [
        { dataset: "a", goal: "minimize" },
        { dataset: "b", goal: "maximize" },
      ],
    });
    expect(loaded.catalogue.datasets.map(({ metrics }) => metrics[0]?.goal)).toEqual([null, null, null]);
    const runs = await loaded.table("runs");
    expect(runs.map((run) => [run["best_m0"], run["final_m0"], run["diverged"]])).toEqual(
      Array(3).fill([undefined, 5, null]),
    );
    void loaded.pool.close();
    // Of one's own name, each has its goal and its best again.
    folder.write(
      "b.manifest.json",
      JSON.stringify({ metrics: { loss: { goal: "maximize", name: "gain" } } }),
    );
    const named = await loadFolder();
    expect(named.catalogue.datasets.map(({ metrics }) => metrics[0]?.goal)).toEqual([
      "minimize",
      "maximize",
      "minimize",
    ]);
    const [a, b] = await named.table("runs");
    expect([a?.[`best_${named.m("loss")}`], b?.[`best_${named.m("gain")}`]]).toEqual([1, 5]);
    expect([a?.["diverged"], b?.["diverged"]]).toEqual([false, false]);
  });

  test("are datasets in order of name, with versions by content", async () => {
    folder.write("b.jsonl", jsonl({ lr: 1, curve: [point(1)] }));
    folder.write("a.results.jsonl", jsonl({ lr: 2, curve: [point(1)] }));
    const before = await loadFolder();
    const first = before.catalogue;
    expect(first.datasets.map(({ index, name }) => [index, name])).toEqual([
      [0, "a"],
      [1, "b"],
    ]);
    void before.pool.close();
    folder.write("b.jsonl", jsonl({ lr: 3, curve: [point(1)] }));
    const loaded = await loadFolder();
    expect(loaded.catalogue.datasets[0]?.version).toBe(first.datasets[0]?.version);
    expect(loaded.catalogue.datasets[1]?.version).not.toBe(first.datasets[1]?.version);
    expect(loaded.catalogue.version).not.toBe(first.version);
  });
});

describe("experiments", () => {
  const lrs = [0.1, 0.2];
  const residual = lrs.flatMap((lr) => Array.from({ length: 128 }, () => llamaRun(lr)));

  test("are told apart by content, whatever the files are called", async () => {
    folder.write(
      "x_tuning_1.jsonl",
      jsonl(...Array.from({ length: 20 }, (_, index) => llamaRun((index + 1) / 10))),
    );
    folder.write("x_residual_1.jsonl", jsonl(...residual));
    folder.write("plain.jsonl", jsonl(...residual));
    const loaded = await loadFolder();
    const [plain, residuals, tuning] = loaded.catalogue.datasets.map(({ experiment }) => experiment);
    expect(tuning).toMatchObject({
      kind: "tuning",
      model: "Llama 33M",
      replicates: null,
      tuningDataset: null,
    });
    expect(residuals).toMatchObject({ kind: "residual", replicates: 128, tuningDataset: "x_tuning_1" });
    expect(plain).toMatchObject({ kind: "residual", replicates: 128, tuningDataset: "x_tuning_1" });
    expect(residuals?.blockQuantiles).toEqual([0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
    const configurations = await loaded.table("configurations");
    expect(configurations).toHaveLength(20);
    expect(
      configurations
        .slice(0, 3)
        .map((row) => [row["block"], row["quantile"], row["run_count"], row["first_run"]]),
    ).toEqual([
      [1, 0.125, 257, 0],
      [2, 0.25, 257, 128],
      [null, null, 1, 514],
    ]);
  });

  test("have no documented number of replicates where the file holds others", async () => {
    folder.write("x_residual.jsonl", jsonl(...residual.slice(0, 120)));
    const loaded = await loadFolder();
    expect(loaded.catalogue.datasets[0]?.experiment).toMatchObject({ kind: "residual", replicates: null });
  });

  test("with blocks that mix configurations warn", async () => {
    folder.write("x_residual.jsonl", jsonl(...residual.slice(1), llamaRun(0.2)));
    const loaded = await loadFolder();
    expect(loaded.catalogue.datasets[0]?.warnings).toContain(
      "block 1 (lines 1 to 128) holds more than one configuration",
    );
    expect(loaded.catalogue.datasets[0]?.warnings.join()).not.toContain("block 2");
  });

  test("have the same configuration keys beside other files, and over restarts", async () => {
    folder.write("a.jsonl", jsonl(llamaRun(0.25)));
    const before = await loadFolder();
    const [alone] = await before.table("configurations");
    void before.pool.close();
    folder.write("Z.jsonl", jsonl(llamaRun(0.5), llamaRun(0.25)));
    const loaded = await loadFolder();
    const both = await loaded.table("configurations");
    expect(both.map(({ key }) => key)).toContain(alone?.["key"]);
    expect(both).toHaveLength(2);
  });

  test("made up by the generator say so", async () => {
    folder.write("all.jsonl", jsonl(llamaRun(1, { synthetic: true }), llamaRun(2, { synthetic: true })));
    folder.write("some.jsonl", jsonl(llamaRun(1, { synthetic: true }), llamaRun(2)));
    const loaded = await loadFolder();
    expect(loaded.catalogue.datasets.map(({ synthetic }) => synthetic)).toEqual([true, false]);
    expect(loaded.catalogue.hyperparameters.map(({ name }) => name)).not.toContain("synthetic");
    expect(loaded.catalogue.datasets[1]?.warnings).toContain("1 of 2 lines say that they are synthetic");
  });
});

describe("files that cannot be loaded", () => {
  const loadInto = async (name: string, ...sources: string[]) =>
    loadUsable(await discover(sources), { databaseFile: `${folder.path}/${name}.duckdb` });

  test("are left out, each with its reason, where they were found in a folder", async () => {
    const empty = folder.write("empty.jsonl", "");
    const odd = folder.write("odd.jsonl", "<html>\n");
    folder.write("z.jsonl", jsonl({ lr: 1, curve: [point(1)] }, { lr: 2, curve: [point(1)] }));
    const { catalogue, leftOut } = await loadInto("a", folder.path);
    expect(catalogue.datasets.map(({ index, name, runCount }) => [index, name, runCount])).toEqual([
      [0, "z", 2],
    ]);
    expect(leftOut.map(({ file, reason }) => [file.name, reason])).toEqual([
      ["empty", `${empty}: the file is empty.`],
      ["odd", expect.stringContaining(`${odd}: no line can be used (1 refused)`)],
    ]);
  });

  test("are left out and named where they are compressed", async () => {
    folder.write("z.jsonl", jsonl({ lr: 1, curve: [point(1)] }));
    const content = gzipSync(jsonl({ lr: 2, curve: [point(1)] }));
    const packed = folder.write("old/y.jsonl.gz", content);
    for (const source of [folder.path, `${folder.path}/**/*.jsonl*`]) {
      const { catalogue, leftOut } = await loadInto(source === folder.path ? "f" : "g", source);
      expect(catalogue.datasets.map(({ name }) => name)).toEqual(["z"]);
      expect(leftOut.map(servingFaultOf)).toEqual([
        {
          dataset: "y.jsonl.gz",
          message: expect.stringMatching(
            /y\.jsonl\.gz: Compressed files are not read; unpack them/,
          ) as string,
        },
      ]);
      expect(leftOut[0]?.reason).toContain(packed);
    }
  });

  test("are all named where one of them was asked for by name, or nothing is left", async () => {
    const empty = folder.write("empty.jsonl", "");
    const odd = folder.write("odd.jsonl", "<html>\n");
    const all = new RegExp(`^${empty}: the file is empty\\.\n${odd}: no line can be used`);
    await expect(loadInto("b", folder.path)).rejects.toThrow(all);
    const sound = folder.write("z.jsonl", jsonl({ lr: 1, curve: [point(1)] }));
    await expect(loadInto("c", folder.path, odd)).rejects.toThrow(all);
    await expect(loadInto("d", sound, empty, odd)).rejects.toThrow(all);
    await expect(load({ sources: [folder.path], databaseFile: `${folder.path}/e.duckdb` })).rejects.toThrow(
      all,
    );
  });
});

describe("a load", () => {
  test("of many files warns of no leak of listeners", async () => {
    for (let index = 0; index < 16; index += 1)
      folder.write(`${index}.jsonl`, jsonl({ lr: 1, curve: [point(1)] }));
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    try {
      const { signal } = new AbortController();
      await load({ sources: [folder.path], databaseFile: `${folder.path}/out.duckdb`, signal });
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("warning", note);
    }
    expect(warnings).toEqual([]);
  });

  test("tells of its progress, and leaves nothing beside the snapshot", async () => {
    const file = folder.write("a.jsonl", `\n${jsonl({ lr: 1, curve: [point(1)] })}`);
    const seen: unknown[] = [];
    const databaseFile = `${folder.path}/out.duckdb`;
    await load({ sources: [file], databaseFile, onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([
      { file: "a.jsonl", filesRead: 0, fileCount: 1 },
      { file: null, filesRead: 1, fileCount: 1 },
    ]);
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(folder.path).sort()).toEqual(["a.jsonl", "out.duckdb"]);
  });

  test("that is aborted rejects with the signal's reason", async () => {
    folder.write("a.jsonl", jsonl(...Array.from({ length: 20_000 }, (_, lr) => ({ lr, curve: [point(1)] }))));
    const stop = new AbortController();
    const reason = new Error("enough");
    const loading = load({
      sources: [folder.path],
      databaseFile: `${folder.path}/out.duckdb`,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(reason), 15);
    await expect(loading).rejects.toBe(reason);
    await expect(
      load({
        sources: [folder.path],
        databaseFile: `${folder.path}/b.duckdb`,
        signal: AbortSignal.abort(reason),
      }),
    ).rejects.toBe(reason);
  });
});
