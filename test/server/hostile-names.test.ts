import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Progress } from "../../server/commands/progress.js";
import { run, serve } from "./command.js";
import { type Folder, makeFolder } from "./folder.js";

const KEY = "k\u001b[32mey\n2\u202e";
const RUN = { lr: 0.1, [KEY]: 3, loss: [3, 2, 1] };

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
  const write = (name: string, ...lines: readonly string[]) =>
    writeFileSync(join(folder.path, name), lines.map((line) => `${line}\n`).join(""));
  write("a\nforged.jsonl", JSON.stringify(RUN), JSON.stringify({ ...RUN, lr: 0.2, [KEY]: 4 }), "{bad");
  write("\u001b[31mred.jsonl", "{bad");
  write("\u009b2J\nforged.jsonl", "{bad");
});
afterAll(() => folder.remove());

/** All but the ends of lines, none of which a name made. */
function expectHarmless(shown: string): void {
  expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(shown).not.toMatch(/^\s*(sweepql: )?(forged|2)/m);
}

const QUERY = "{ datasets { name hyperparameters { originalName } } }";

test.each([
  ["check", [], 2, "a\\u{a}forged"],
  ["query", [QUERY, "--table"], 0, "k\\u{1b}[32mey\\u{a}2\\u{202e}"],
])("%s spells names out that would write to the terminal otherwise", async (command, words, code, spelt) => {
  const sources = command === "check" ? [folder.path] : ["--data", folder.path];
  const outcome = await run([command, ...words, ...sources], { cwd: folder.path });
  expect(outcome.code).toBe(code);
  expectHarmless(outcome.stdout + outcome.stderr);
  expect(outcome.stdout).toContain(spelt);
  expect(outcome.stdout + outcome.stderr).toContain("\\u{1b}[31mred.jsonl");
});

test("serve names its datasets so, too", async () => {
  const service = await serve(["--data", folder.path, "--log-format", "text"], { cwd: folder.path });
  expect(await service.stop("SIGTERM")).toBe(0);
  // The log's reasons have lines of their own, which are indented.
  const greeted = service
    .printed()
    .split("\n")
    .filter((line) => /^ {2}\S/.test(line));
  expect(greeted).toEqual([expect.stringMatching(/^ {2}a\\u\{a\}forged {2}2 runs/)]);
});

test("a fault that ends a command is spelt out", async () => {
  const missing = join(folder.path, "\u001b[31mnone.jsonl");
  const { code, stderr } = await run(["query", QUERY, "--data", missing], { cwd: folder.path });
  expect(code).toBe(2);
  expectHarmless(stderr);
});

test("progress is one line, whatever is read", () => {
  const written: string[] = [];
  let now = 0;
  const progress = new Progress({ write: (text) => written.push(text) }, () => (now += 10_000));
  progress.show("Reading a\nb\u001b[31m.jsonl");
  expect(written).toEqual(["Reading a\\u{a}b\\u{1b}[31m.jsonl\n"]);
});
