import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, compile } from "./compile.js";
import { runProgram, runScript } from "./run-script.js";
import { serve, type Served } from "./serve.js";

const top = fileURLToPath(new URL("../../", import.meta.url));
const opda = process.env["SWEEPQL_OPDA"] ?? join(top, "../shared/data/opda");

/** The published layouts: the real file where it is there, else a line of the same shape. */
const layouts = {
  alexnet: {
    file: "alexnet_tuning.results.jsonl",
    lines: [1, 2, 3].map((iteration) => ({
      iteration,
      nan_train_loss: false,
      epochs: 2,
      batch_size: 512,
      lr: 0.1 / iteration,
      lr_peak_epoch: 1,
      momentum: 0.7,
      weight_decay: 2e-6,
      label_smoothing: 0.4,
      learning_curve: [0, 1].map((epoch) => ({
        time: 300 * (epoch + 1),
        epoch,
        top_1: 0.1 * (epoch + iteration),
        top_5: 0.3,
        train_loss: 6.5 - epoch,
      })),
    })),
    program: `
      const { runs } = await client.typedRuns({ where: { hyperparameters: { labelSmoothing: { gte: 0 } } }, first: 2 });
      const rate: number | null | undefined = runs.nodes[0]?.hyperparameters.lrPeakEpoch;
      const best = await client.bestRuns({ metric: "TOP_1", first: 1 });
      for await (const { line } of added({ hyperparameters: { momentum: { gt: 0 } } })) console.log(line satisfies number);
      for await (const run of client.typedRuns({}, { limit: 3 })) console.log(run.hyperparameters.momentum, run.bestTop1.value);
      const { run } = await client.typedRunCurve({ dataset: runs.nodes[0]?.dataset.name ?? "", line: 1 });
      console.log(typeof rate, best.runs.nodes[0]?.score.state, run?.series.top5.length === run?.series.epoch.length);`,
    slips: [
      'client.bestRuns({ metric: "VAL_RAW_LOSS" })',
      "client.typedRuns({ where: { hyperparameters: { nEmbd: { eq: 1 } } } })",
      "added({ hyperparameters: { nEmbd: { eq: 1 } } }).next()",
    ],
    printed: /number FINITE true\n$/,
  },
  deberta: {
    file: "deberta-base_tuning.results.jsonl",
    lines: [1, 2, 3].map((iteration) => ({
      iteration,
      num_train_epochs: 1,
      train_batch_size: 56,
      total_model_steps: 7012,
      learning_rate: 6e-6 * iteration,
      warmup_steps: 105,
      cls_drop_out: 0.06,
      learning_curves: {
        matched: [
          [1000, 0.8],
          [2000, 0.8 + iteration / 100],
        ],
        mismatched: [
          [1000, 0.79],
          [2000, 0.81],
        ],
      },
    })),
    program: `
      const { runs } = await client.typedRuns({ orderBy: [{ by: { score: { metric: "MATCHED_ACCURACY" } }, direction: "BEST" }], first: 2 });
      const rate: number | null | undefined = runs.nodes[0]?.hyperparameters.learningRate;
      const { run } = await client.typedRunCurve({ dataset: runs.nodes[0]?.dataset.name ?? "", line: 1 });
      for await (const run of client.typedRuns({}, { limit: 3 })) console.log(run.hyperparameters.clsDropOut, run.bestMatchedAccuracy.value);
      console.log(typeof rate, run?.series.mismatchedAccuracy.length === run?.series.axis.length);`,
    slips: [
      'client.bestRuns({ metric: "TOP_1" })',
      "client.typedRuns({ wheer: {} })",
      "added({ hyperparameters: { lr: { gt: 0 } } }).next()",
    ],
    printed: /number true\n$/,
  },
} as const;

let folder: string;
beforeAll(async () => {
  // Below the repository, so that @sweepql/client is found from there.
  await mkdir(join(top, ".cache"), { recursive: true });
  folder = await mkdtemp(join(top, ".cache/codegen-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sweepql = (...words: string[]): Promise<string> => runProgram(join(top, "server/sweepql.js"), words);

describe.each(Object.entries(layouts))(
  "sweepql codegen on %s's layout",
  (name, { file, lines, program, slips, printed }) => {
    let source: string;
    let out: string;
    let served: Served;
    beforeAll(async () => {
      const real = join(opda, file);
      if (existsSync(real)) source = real;
      else {
        console.warn(`${real} not found; a small file of the same layout stands in.`);
        source = join(folder, file);
        await writeFile(source, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      }
      out = join(folder, name);
      await writeFile(join(folder, `${name}.graphql`), "query CountRuns { runs { totalCount } }\n");
      const written = await sweepql(
        "codegen",
        "--data",
        source,
        "--out",
        out,
        "--documents",
        join(folder, `${name}.graphql`),
      );
      expect(written.trim().split("\n")).toEqual(
        ["schema.graphql", "operations.ts", "index.ts"].map((one) => join(out, one)),
      );
      served = await serve([source]);
    });
    afterAll(() => served.close());

    const code = (statements: string): string =>
      `import { addedRuns, createClient, operations } from "./${name}/index.js";
     const client = createClient({ url: process.argv[2] ?? "", operations });
     export const added = (where: Parameters<typeof addedRuns>[1]) => addedRuns(client, where, { limit: 0 });
     ${statements}\n`;

    test("writes the schema of the data", async () => {
      const schema = buildSchema(await readFile(join(out, "schema.graphql"), "utf8"));
      expect(schema.getType("HyperparameterName")).toBeDefined();
      expect(await readFile(join(out, "schema.graphql"), "utf8")).not.toContain("VAL_RAW_LOSS");
    });

    test("writes a client that compiles strictly, and knows a slip", () => {
      const declared = "declare const process: { argv: string[] };\n";
      const strict = {
        ...browser,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        noUnusedLocals: true,
      };
      const variants = [program, ...slips.map((slip) => `await ${slip};`)].map(
        (text, index) => [join(folder, `${name}-${index}.ts`), declared + code(text)] as const,
      );
      const faults = compile(new Map(variants), strict);
      // One in each of the slips, in their order, and none in the program itself.
      expect(faults.map((fault) => /-(\d)\.ts:/.exec(fault)?.[1] ?? fault)).toEqual(["1", "2", "3"]);
    });

    test("writes a client that runs", async () => {
      const path = join(folder, `${name}.mts`);
      await writeFile(
        path,
        code(
          `${program.replace("console.log(typeof", "const count = await client.countRuns();\nif (count.runs.totalCount < 3) throw count;\nconsole.log(typeof")}`,
        ),
      );
      const output = await runScript(path, [served.url]);
      expect(output).toMatch(printed);
      expect(output.trim().split("\n")).toHaveLength(4);
    });
  },
);

test("documents that do not fit the data are refused by name", async () => {
  const own = join(folder, "own.graphql");
  await writeFile(own, "query Own { runs { nonsense } }\n");
  const data = join(top, "test/fixtures/api/tiny");
  await expect(
    sweepql("codegen", "--data", data, "--out", join(folder, "none"), "--documents", own),
  ).rejects.toThrow(/--documents: .*nonsense/);
  await expect(
    sweepql("codegen", "--data", data, "--out", join(folder, "none"), "--documents", "nowhere/*.graphql"),
  ).rejects.toThrow(/nowhere/);
});
