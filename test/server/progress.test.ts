import { expect, test } from "vitest";
import { Progress } from "../../server/commands/progress.js";

/** What a stream was sent while work of 13 seconds told of each hundredth of it. */
function shownOn(stream: { readonly isTTY?: boolean; readonly columns?: number }): string[] {
  const written: string[] = [];
  let now = 1000;
  const progress = new Progress({ ...stream, write: (text) => written.push(text) }, () => now);
  for (let percent = 1; percent <= 100; percent += 1) {
    now += 130;
    progress.show(`${percent} of 100`);
  }
  progress.end();
  return written;
}

test("where each line stays, there are few", () => {
  expect(shownOn({})).toEqual(["16 of 100\n", "55 of 100\n", "94 of 100\n"]);
});

test("where each line stays, none is said twice", () => {
  const written: string[] = [];
  let now = 0;
  const progress = new Progress({ write: (text) => written.push(text) }, () => now);
  for (; now < 60_000; now += 1000) progress.show(now < 30_000 ? "Reading" : "Building");
  expect(written).toEqual(["Reading\n", "Building\n"]);
});

test("on a terminal one line is rewritten, as wide as there is room, and cleared at the end", () => {
  const shown = shownOn({ isTTY: true, columns: 8 });
  expect(shown.slice(0, 2)).toEqual(["\r\x1b[K3 of 10", "\r\x1b[K4 of 10"]);
  expect(shown).toHaveLength(99);
  expect(shown.at(-1)).toBe("\r\x1b[K");
});
