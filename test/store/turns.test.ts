import { expect, it } from "vitest";
import { Turns } from "../../server/store/memory/turns.js";

const never = new AbortController().signal;

/** Work that fills more than one turn. */
const long = (done: string[], name: string) => (): void => {
  const from = performance.now();
  while (performance.now() - from < 15);
  done.push(name);
};

it("lets others have their turn between answers that take long", async () => {
  const [turns, done]: [Turns, string[]] = [new Turns(), []];
  const answers = ["a", "b", "c"].map((name) => turns.take(long(done, name), never));
  const other = new Promise((resolve) => setImmediate(resolve)).then(() => done.push("other"));
  await Promise.all([...answers, other]);
  expect(done.slice(0, 1)).toEqual(["a"]);
  expect(done.indexOf("other")).toBeLessThan(done.indexOf("c"));
  expect(done.filter((name) => name !== "other")).toEqual(["a", "b", "c"]);
});

it("does not begin what is given up while it waits", async () => {
  const [turns, done]: [Turns, string[]] = [new Turns(), []];
  const controller = new AbortController();
  const first = turns.take(long(done, "a"), never);
  const second = turns.take(long(done, "b"), controller.signal);
  const third = turns.take(long(done, "c"), never);
  controller.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  await Promise.all([first, third]);
  expect(done).toEqual(["a", "c"]);
});
