import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, run, serve } from "./command.js";
import { type Folder, makeFolder, makeSampleFolder } from "./folder.js";

let sample: Folder;
let empty: Folder;
beforeAll(async () => {
  sample = await makeSampleFolder();
  empty = makeFolder();
});
afterAll(() => {
  sample.remove();
  empty.remove();
});

const here = () => ({ cwd: sample.path });
const data = () => ["--data", sample.path];
async function namesAt(url: string): Promise<string[]> {
  const response = await fetch(`${url}?query=${encodeURIComponent("{ datasets { name } }")}`);
  const { data } = (await response.json()) as { data: { datasets: { name: string }[] } };
  return data.datasets.map(({ name }) => name);
}
const answerOf = ({ stdout }: Outcome): unknown => JSON.parse(stdout);

function expectUserFault({ code, stdout, stderr }: Outcome, ...messages: string[]): void {
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const message of messages) expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

describe("help", () => {
  test("names every command, and says --version", async () => {
    const { code, stdout } = await run(["--help"], here());
    for (const command of ["serve", "sample", "check", "query", "schema"])
      expect(stdout).toContain(`\n  ${command}`);
    expect(stdout).toContain("Examples:");
    expect(code).toBe(0);
    expect((await run(["--version"], here())).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each(["serve", "sample", "check", "query", "schema"])("of %s has examples", async (command) => {
    const { code, stdout } = await run([command, "--help"], here());
    expect(stdout).toContain(`Examples:\n  sweepql ${command}`);
    expect(code).toBe(0);
  });

  test("an unknown command or option is a user's fault", async () => {
    expectUserFault(await run(["srve"], here()), "unknown command 'srve'", "Did you mean serve?");
    expectUserFault(await run(["serve", "--prot", "1"], here()), "unknown option '--prot'");
  });
});

describe("serve", () => {
  test("makes a sample where data/ holds no JSONL, and says so; the sample gives way to other data", async () => {
    const folder = makeFolder();
    try {
      const first = await serve([], { cwd: folder.path });
      expect(first.printed()).toContain("data/ holds no *.jsonl file");
      expect(readdirSync(join(folder.path, "data", "sample")).sort()).toEqual([
        "llama-33m_residual.results.jsonl",
        "llama-33m_tuning.results.jsonl",
      ]);
      expect(await namesAt(first.url)).toEqual(["llama-33m_residual", "llama-33m_tuning"]);
      expect(await first.stop("SIGTERM")).toBe(0);

      writeFileSync(
        join(folder.path, "data", "mine.jsonl"),
        '{"lr": 1, "curve": [{"step": 1, "loss": 2}]}\n',
      );
      const second = await serve([], { cwd: folder.path });
      expect(second.printed()).not.toContain("sample");
      expect(await namesAt(second.url)).toEqual(["mine"]);
      expect(await second.stop("SIGINT")).toBe(0);
    } finally {
      folder.remove();
    }
  });

  test("leaves nothing behind in the temporary folder", async () => {
    const folder = makeFolder();
    try {
      const service = await serve(data(), { cwd: folder.path, env: { TMPDIR: folder.path } });
      expect(readdirSync(folder.path).filter((name) => name.startsWith("sweepql-"))).toHaveLength(1);
      await service.stop("SIGTERM");
      expect(readdirSync(folder.path).filter((name) => name.startsWith("sweepql-"))).toEqual([]);
    } finally {
      folder.remove();
    }
  });

  test("says where it listens, what it serves, and how many lines were refused", async () => {
    const folder = makeFolder();
    try {
      writeFileSync(join(folder.path, "u.jsonl"), '{"lr": 1, "curve": [{"step": 1, "loss": 2}]}\nnot JSON\n');
      const service = await serve(["--data", "u.jsonl"], { cwd: folder.path });
      await service.stop("SIGTERM");
      expect(service.printed()).toMatch(/serves 1 dataset at http:\/\/127\.0\.0\.1:\d+\/graphql/);
      expect(service.printed()).toContain("u  1 run, 1 point, 1 line refused (see sweepql check)");
      expect(service.printed()).toMatch(/"dataset":"u","rejectedCount":1,"first":\[\{"line":2,/);
    } finally {
      folder.remove();
    }
  });

  test("reports all faults of its settings at once", async () => {
    const outcome = await run(["serve", "--port", "http", "--log-level", "loud"], {
      ...here(),
      env: { SWEEPQL_HOST: "" },
    });
    expectUserFault(outcome, '--port: "http"', '--log-level: "loud"', "SWEEPQL_HOST: it must not be empty");
  });

  test("a busy port, a host that is not ours, and missing data are user's faults", async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    const { port } = busy.address() as AddressInfo;
    try {
      expectUserFault(
        await run(["serve", ...data(), "--port", String(port)], here()),
        `Port ${port} of 127.0.0.1 is in use`,
      );
    } finally {
      busy.close();
    }
    expectUserFault(
      await run(["serve", ...data(), "--host", "203.0.113.7", "--allow-anyone"], here()),
      '"203.0.113.7" is no address',
    );
    expectUserFault(
      await run(["serve", "--port", "0", "--data", "nowhere"], here()),
      "nowhere: no such file or folder",
    );
    expectUserFault(
      await run(["serve", "--port", "0", "--data", "."], { cwd: empty.path }),
      "holds no *.jsonl file",
    );
  });
});

describe("sample", () => {
  test("writes both files, the same for the same seed", async () => {
    const folder = makeFolder();
    try {
      const { code, stdout } = await run(["sample", "--out", "a", "--runs", "8", "--seed", "7"], {
        cwd: folder.path,
      });
      expect(stdout.trim().split("\n")).toHaveLength(2);
      expect(code).toBe(0);
      expect(readdirSync(join(folder.path, "a"))).toHaveLength(2);
    } finally {
      folder.remove();
    }
  });

  test("faults come together, and a folder that cannot be made is one", async () => {
    expectUserFault(
      await run(["sample", "--runs", "0", "--seed", "x"], here()),
      '--runs: "0"',
      '--seed: "x"',
    );
    expectUserFault(
      await run(
        ["sample", "--runs", "8", "--out", join(sample.path, "llama-33m_tuning.results.jsonl")],
        here(),
      ),
      "the sample cannot be written there",
    );
  });
});

describe("check", () => {
  test("says what was found, for people and as JSON", async () => {
    const { code, stdout } = await run(["check", sample.path], here());
    expect(code).toBe(0);
    expect(stdout).toContain("llama-33m_tuning  simulated");
    expect(stdout).toContain("hyperparameters under `hyperparameters`");
    expect(stdout).toMatch(/lr +searched +float .*log-uniform 1e-5 to 0\.1/);
    expect(stdout).toMatch(/val_raw_loss +valRawLoss +minimize +validation +nats/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);

    const checked = answerOf(await run(["check", sample.path, "--json"], here()));
    expect(checked).toMatchObject({
      unusable: [],
      datasets: [{ runCount: 64 }, { runCount: 64, layout: expect.any(String) as string }],
    });
  });

  test("lists refused lines with key and reason", async () => {
    const folder = makeFolder();
    try {
      writeFileSync(
        join(folder.path, "u.jsonl"),
        '{"lr": 1, "curve": [{"step": 1, "loss": 2}]}\nnot JSON\n[1]\n',
      );
      const { code, stdout } = await run(["check", "u.jsonl"], { cwd: folder.path });
      expect(stdout).toContain("refused     2 lines");
      expect(stdout).toMatch(/line 2 {2}\S/);
      expect(code).toBe(0);
    } finally {
      folder.remove();
    }
  });

  test("a file with nothing usable does not hide what is in the others", async () => {
    const folder = makeFolder();
    try {
      mkdirSync(join(folder.path, "d"));
      writeFileSync(join(folder.path, "d", "bad.jsonl"), "nonsense\n");
      writeFileSync(join(folder.path, "d", "good.jsonl"), '{"lr": 1, "curve": [{"step": 1, "loss": 2}]}\n');
      const { code, stdout, stderr } = await run(["check", "d"], { cwd: folder.path });
      expect(stdout).toContain("bad.jsonl: nothing usable");
      expect(stdout).toMatch(/^good$/m);
      expect(stderr).toBe("");
      expect(code).toBe(2);
      const asked = await run(["query", "{ servingFaults { dataset } datasets { name } }", "--data", "d"], {
        cwd: folder.path,
      });
      expect(asked.code).toBe(0);
      expect(asked.stdout).toContain("good");
      expect(asked.stderr).toMatch(/a file is left out: .*bad\.jsonl: no line can be used/);
      expectUserFault(
        await run(["query", "{ datasets { name } }", "--data", "d", "--data", "d/bad.jsonl"], {
          cwd: folder.path,
        }),
        "bad.jsonl: no line can be used",
      );
      expectUserFault(
        await run(["check", "nowhere.jsonl"], { cwd: folder.path }),
        "nowhere.jsonl: no such file or folder",
      );
    } finally {
      folder.remove();
    }
  });
});

describe("query", () => {
  const best =
    'query Q($n: Int) { runs(first: $n, where: {dataset: {eq: "llama-33m_tuning"}}) { totalCount nodes { line hyperparameters { lr } } } }';

  test("answers JSON where it is piped, with variables in the line or from a file", async () => {
    const inline = answerOf(await run(["query", best, "--variables", '{"n": 2}', ...data()], here()));
    expect(inline).toMatchObject({ runs: { totalCount: 64, nodes: [{ line: 1 }, { line: 2 }] } });
    writeFileSync(join(sample.path, "q.graphql"), best);
    writeFileSync(join(sample.path, "v.json"), '{"n": 2}');
    const fromFiles = answerOf(await run(["query", "q.graphql", "--variables", "v.json", ...data()], here()));
    expect(fromFiles).toEqual(inline);
  });

  test("answers a table where one is wanted: a row a node, dotted columns", async () => {
    const { stdout } = await run(["query", best, "--variables", '{"n": 2}', "--table", ...data()], here());
    const [total, head, ...rows] = stdout.trimEnd().split("\n");
    expect(total).toBe("totalCount 64");
    expect(head).toMatch(/^line {2}hyperparameters\.lr$/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^ {3}1 +\S+$/);
  });

  test("an error in the answer goes to stderr, and is exit code 1", async () => {
    const refused = await run(["query", "{ runs(first: -1) { totalCount } }", ...data()], here());
    expect(refused.stderr).toContain("first: -1 is not allowed");
    expect(refused.stderr).not.toMatch(/\n\s+at /);
    expect(refused.code).toBe(1);
    const invalid = await run(["query", "{ rnus { totalCount } }", ...data()], here());
    expect(invalid.stderr).toContain('1:3: Cannot query field "rnus" on type "Query"');
    expect(invalid).toMatchObject({ code: 1, stdout: "" });
  });

  test("may come after the data, and is missed where it does not come", async () => {
    const names = "{ datasets { name } }";
    const files = ["tuning", "residual"].map((kind) => `llama-33m_${kind}.results.jsonl`);
    expect(answerOf(await run(["query", "--data", ...files, names], here()))).toMatchObject({
      datasets: [{ name: "llama-33m_residual" }, { name: "llama-33m_tuning" }],
    });
    expectUserFault(await run(["query", ...data()], here()), "The query is missing");
  });

  test("a missing file, and variables that are no object, are user's faults", async () => {
    expectUserFault(await run(["query", "best.graphql", ...data()], here()), '"best.graphql": no such file');
    expectUserFault(
      await run(["query", best, "--variables", "{n: 2}", ...data()], here()),
      "--variables: not JSON",
    );
  });
});

test("schema prints the SDL of the served data, sorted", async () => {
  const { code, stdout } = await run(["schema", ...data()], here());
  expect(code).toBe(0);
  const schema = buildSchema(stdout);
  expect(stdout).toContain("  VAL_RAW_LOSS\n");
  const names = Object.keys(schema.getTypeMap()).filter((name) => stdout.includes(`type ${name} `));
  expect(names.length).toBeGreaterThan(10);
  const positions = names.sort().map((name) => stdout.indexOf(`type ${name} `));
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
});
