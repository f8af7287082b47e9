import { describe, expect, test } from "vitest";
import { loadAll } from "./load-text.js";
import { folder, loaded, loadFolder } from "./loaded-folder.js";

const good = (lr: number | string = 0.5): string => `{"lr": ${lr}, "curve": [{"step": 1, "loss": 2.5}]}`;

/** Loads one file; the lines of its runs, and the refused ones as `line key: reason`. */
async function read(
  content: string | Buffer,
): Promise<{ lines: unknown[]; refused: string[]; lrs: unknown[] }> {
  folder.write("runs.jsonl", content);
  const loaded = await loadFolder();
  const runs = await loaded.table("runs");
  const refused = loaded.catalogue.datasets[0]?.rejectedLines ?? [];
  const lr = loaded.h("lr");
  return {
    lines: runs.map(({ line }) => line),
    refused: refused.map(({ line, key, reason }) => `${line} ${key ?? "-"}: ${reason}`),
    lrs: runs.map((run) => run[lr]),
  };
}

const many = (count: number): string[] => Array.from({ length: count }, () => good());

describe("lines that are no faults", () => {
  test("blank ones are passed over and counted", async () => {
    expect(await read(`\n${good()}\n\n  \t\n${good()}\n\n`)).toMatchObject({ lines: [2, 5], refused: [] });
  });

  test("carriage returns and a byte-order mark", async () => {
    expect(await read(`\ufeff${good()}\r\n\r\n${good(0.25)}\r\n`)).toMatchObject({
      lines: [1, 3],
      lrs: [0.5, 0.25],
      refused: [],
    });
  });

  test("no newline at the end", async () => {
    expect(await read(`${good()}\n${good()}`)).toMatchObject({ lines: [1, 2], refused: [] });
  });

  test("NaN and infinities, bare or as strings", async () => {
    const content = [good("NaN"), good('"NaN"'), good("-Infinity"), good('"Infinity"'), good()].join("\n");
    expect(await read(content)).toMatchObject({ lrs: [NaN, NaN, -Infinity, Infinity, 0.5], refused: [] });
  });

  test("integers among floats", async () => {
    expect(await read([good(1), good(0.5), good("1e-3")].join("\n"))).toMatchObject({
      lrs: [1, 0.5, 0.001],
      refused: [],
    });
  });

  test("a line longer than DuckDB takes unasked", async () => {
    const curve = Array.from({ length: 150_000 }, (_, index) => `{"step": ${index}, "loss": 1.5}`).join(",");
    expect(await read(`${good()}\n{"lr": 1, "curve": [${curve}]}\n`)).toMatchObject({
      lines: [1, 2],
      refused: [],
    });
    expect(loaded?.catalogue.datasets[0]?.pointCount).toBe(150_001);
  });
});

describe("lines that are refused, while the others load", () => {
  test("a truncated last one", async () => {
    expect(await read(`${good()}\n${good().slice(0, 30)}`)).toMatchObject({
      lines: [1],
      refused: ["2 -: not JSON: the line is cut off"],
    });
  });

  test("one that is no JSON, one that is no object", async () => {
    expect(await read([good(), "oops", "[1]", good()].join("\n"))).toMatchObject({
      lines: [1, 4],
      refused: ['2 -: not JSON at column 1: "oops"', "3 -: a line must be an object, this is a list"],
    });
  });

  test("text that is not UTF-8", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${good()}\n{"lr": 1, "x": "`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`"}\n${good()}`),
    ]);
    expect(await read(bytes)).toMatchObject({ lines: [1, 3], refused: ["2 -: not UTF-8 text"] });
  });

  test("a null byte", async () => {
    expect(await read(`${good()}\n{"lr": 1,\u0000 "curve": []}\n`)).toMatchObject({
      lines: [1],
      refused: ["2 -: not JSON: a control character"],
    });
  });

  test.each([
    ['"7"', '"7"'],
    ["true", "true"],
    ['"oops"', '"oops"'],
    ["[1]", "a list"],
    ["{}", "an object"],
  ])("%s among numbers", async (value, shown) => {
    expect(await read([...many(200), good(value)].join("\n"))).toMatchObject({
      refused: [`201 lr: ${shown} is not allowed: it must be a number, NaN, Infinity or -Infinity`],
    });
  });

  test("a string or a boolean in a curve, by its place", async () => {
    const content = [
      good(),
      '{"lr": 1, "curve": [{"step": 1, "loss": 2}, {"step": 2, "loss": "bad"}]}',
      '{"lr": 1, "curve": [{"step": true, "loss": 2}]}',
      '{"lr": 1, "curve": "none"}',
    ].join("\n");
    expect((await read(content)).refused).toEqual([
      '2 curve[1].loss: "bad" is not allowed: it must be a number, NaN, Infinity or -Infinity',
      "3 curve[0].step: true is not allowed: it must be a number, NaN, Infinity or -Infinity",
      '4 curve: "none" is not allowed: it must be a list',
    ]);
  });

  test("hyperparameters that are integers beyond 2^53, with what a manifest can do about it", async () => {
    const great =
      "integers go to 2^53 - 1 (9007199254740991) and no further, or they would be rounded; in a manifest, a hyperparameter's `type: string` keeps the digits, and `type: float` rounds them";
    const content = [
      good(1),
      good("9007199254740993"),
      good("18446744073709551615"),
      good("123456789012345678901234567890"),
      good("9007199254740991"),
    ].join("\n");
    const { lines, refused } = await read(content);
    expect(lines).toEqual([1, 5]);
    expect(refused).toEqual([
      `2 lr: 9007199254740993 is not allowed: ${great}`,
      `3 lr: 18446744073709551615 is not allowed: ${great}`,
      `4 lr: 123456789012345678901234567890 is not allowed: ${great}`,
    ]);
  });

  test("a key that stands twice, at any depth", async () => {
    const content = [
      good(),
      '{"lr": 1, "lr": 2, "curve": []}',
      '{"lr": 1, "curve": [{"step": 1, "loss": 2, "loss": 3}]}',
    ].join("\n");
    expect(await read(content)).toMatchObject({
      lines: [1],
      refused: [
        "2 lr: the key stands twice in its object",
        "3 curve[0].loss: the key stands twice in its object",
      ],
    });
  });

  test.each([
    ["at the top", '{"lr": 1, "lr": 2, "curve": []}', '{"curve": [{"step": 1, "loss": 2}]}', "lr"],
    [
      "in a point",
      '{"lr": 1, "curve": [{"step": 1, "loss": 2, "loss": 3}]}',
      '{"lr": 1, "curve": [{"step": 1}]}',
      "curve[0].loss",
    ],
  ])("a key that stands twice %s, though another line lacks it", async (_, twice, without, key) => {
    expect(await read([...many(3), twice, without].join("\n"))).toMatchObject({
      lines: [1, 2, 3, 5],
      refused: [`4 ${key}: the key stands twice in its object`],
    });
  });

  test("one with nothing of a run", async () => {
    expect((await read([good(), "{}", '{"curve": []}'].join("\n"))).refused).toEqual([
      "2 -: neither a hyperparameter nor a point of a curve",
      "3 -: neither a hyperparameter nor a point of a curve",
    ]);
  });

  test("more than a hundred are counted, and the first hundred shown", async () => {
    await read([good(), ...Array.from({ length: 150 }, () => "bad")].join("\n"));
    expect(loaded?.catalogue.datasets[0]).toMatchObject({ runCount: 1, rejectedCount: 150 });
    expect(loaded?.catalogue.datasets[0]?.rejectedLines).toHaveLength(100);
  });

  test("by a documented type: a fraction where an integer stands", async () => {
    folder.write("sweepql.json", JSON.stringify({ hyperparameters: { lr: { type: "integer" } } }));
    expect(await read([good(500.5), good("500.0"), good('"NaN"')].join("\n"))).toMatchObject({
      lrs: [500],
      refused: [
        "1 lr: 500.5 is not allowed: it must be an integer",
        '3 lr: "NaN" is not allowed: it must be an integer',
      ],
    });
  });
});

describe("keys of mixed types", () => {
  test("that are often strings become strings", async () => {
    const lines = [good(1), good('"auto"'), good("0.50"), good('"sqrt"')];
    expect(await read(lines.join("\n"))).toMatchObject({ lrs: ["1", "auto", "0.5", "sqrt"], refused: [] });
  });

  test("that are strings in at most a third of the lines are numbers, and those lines refused", async () => {
    const { lrs, refused } = await read([good(1), good('"oops"'), good("0.50")].join("\n"));
    expect(lrs).toEqual([1, 0.5]);
    expect(refused).toHaveLength(1);
  });

  test("that are booleans stay so", async () => {
    expect(await read([good("true"), good("false")].join("\n"))).toMatchObject({ lrs: [true, false] });
  });
});

describe("files with nothing to load are refused", () => {
  test.each([
    ["", "the file is empty"],
    ["\n \n", "the file has only blank lines"],
    [
      "a\nb\nc\nd\n",
      /no line can be used \(4 refused\)\.\n {2}line 1: not JSON.*\n {2}line 2: .*\n {2}line 3: [^\n]*$/,
    ],
  ])("%j", async (content, message) => {
    folder.write("runs.jsonl", content);
    await expect(loadAll(folder)).rejects.toThrow(message);
    await expect(loadAll(folder)).rejects.toThrow("runs.jsonl");
  });
});
