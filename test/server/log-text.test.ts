import { PassThrough } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { logText } from "../../server/commands/log-text.js";

/** What a terminal without colours shows of a log. */
function shown(say: (log: pino.Logger) => void): string {
  const stream = new PassThrough();
  say(pino({ base: null }, logText(stream as unknown as NodeJS.WriteStream)));
  return String(stream.read());
}

test("a request is a line: the time of day, and what is known of it", () => {
  const text = shown((log) =>
    log.info(
      {
        operation: "BestRuns",
        hash: "ab",
        cost: 105,
        rows: 0,
        cached: false,
        codes: ["TIMEOUT"],
        status: 504,
      },
      "request",
    ),
  );
  expect(text).toMatch(/^\d\d:\d\d:\d\d request operation=BestRuns cost=105 codes=TIMEOUT status=504\n$/);
});

test("notes have lines of their own, and what is urgent says so", () => {
  const notes = ["152 of 50000 runs have an empty curve", "block 49 holds two configurations"];
  const lines = shown((log) => log.warn({ dataset: "a b", notes }, "something is odd")).split("\n");
  expect(lines[0]).toMatch(/^[\d:]{8} warn something is odd dataset="a b"$/);
  expect(lines.slice(1)).toEqual([...notes.map((note) => `         ${note}`), ""]);
});

test("an error has its stack", () => {
  const text = shown((log) => log.error({ err: new RangeError("too deep") }, "a field failed"));
  expect(text).toMatch(/^[\d:]{8} error a field failed\n {9}RangeError: too deep\n {9} +at /);
});

test("what a name holds can neither write lines nor move the cursor", () => {
  const text = shown((log) =>
    log.warn({ dataset: "a\nb", reason: "\u001b[2J\u2028\u202e gone".padEnd(80, "!") }, "odd\r\u0007"),
  );
  expect(text.split("\n")).toHaveLength(3);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  expect(text).toContain("\\u{1b}[2J\\u{2028}\\u{202e} gone!");
});
