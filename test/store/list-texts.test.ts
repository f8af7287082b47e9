import { describe, expect, test } from "vitest";
import { numberColumn } from "../../server/store/memory/column.js";
import { ListTexts } from "../../server/store/memory/list-texts.js";

const VALUES = [3.5, NaN, 0.1, 1e21, -0, Infinity, 2, 5e-324];
const column = () => numberColumn(Float64Array.from(VALUES), null);
const points = (...ids: number[]) => Int32Array.from(ids);
const expected = (ids: readonly number[]): string =>
  JSON.stringify(ids.map((id) => (Number.isFinite(VALUES[id]) ? VALUES[id] : null)));

describe("texts of lists", () => {
  test("are what JSON says of the finite values, each time they are asked for", () => {
    const write = new ListTexts().of(column());
    const asked = points(0, 1, 2, 3, 5, 7, 4, 5, 6, 7);
    for (const [start, end] of [
      [0, 4],
      [0, 4],
      [0, 2],
      [0, 4],
      [1, 4],
      [3, 6],
      [6, 10],
      [6, 6],
      [6, 10],
    ] as const)
      expect(write(asked, start, end)).toBe(expected([...asked.subarray(start, end)]));
  });

  test("are kept of curves that lie together, each column its own", () => {
    const texts = new ListTexts();
    const first = column();
    const write = texts.of(first);
    const before = write(points(0, 1, 2), 0, 3);
    const thinned = write(points(0, 2), 0, 2);
    // What is kept is not written again, so that it does not show.
    first.values[2] = 7;
    expect(texts.of(first)(points(0, 1, 2), 0, 3)).toBe(before);
    expect(write(points(0, 2), 0, 2)).not.toBe(thinned);
    expect(texts.of(numberColumn(first.values, null))(points(0, 1, 2), 0, 3)).toBe("[3.5,null,7]");
  });

  test("of the column that was asked for longest ago go where there is no room, and stay right", () => {
    // Room for three texts.
    const texts = new ListTexts(450);
    const [old, young] = [column(), column()];
    const writeOld = texts.of(old);
    writeOld(points(0, 1), 0, 2);
    writeOld(points(2, 3), 0, 2);
    const writeYoung = texts.of(young);
    for (const at of [0, 2, 4]) writeYoung(points(at, at + 1), 0, 2);
    old.values[0] = 9;
    young.values[0] = 9;
    expect(writeYoung(points(0, 1), 0, 2)).toBe("[3.5,null]");
    // A writer whose texts went writes on, and keeps nothing that nobody would count.
    expect(writeOld(points(0, 1), 0, 2)).toBe("[9,null]");
    old.values[0] = 10;
    expect(writeOld(points(0, 1), 0, 2)).toBe("[10,null]");
    expect(texts.of(old)(points(0, 1), 0, 2)).toBe("[10,null]");
  });
});
