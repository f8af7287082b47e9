import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isAbandoned, ownedBeginning } from "../../server/process-names.js";

/** As the name would be, had the process of that number started at another time. */
const atAnotherTime = (beginning: string): string => beginning.replace(/\.\w+-$/, ".elsewhen-");

test("what this process owns is not abandoned; what an earlier one of its number left is", () => {
  const own = ownedBeginning("kind");
  expect(isAbandoned(`${own}abc`, "kind")).toBe(false);
  expect(isAbandoned(`${atAnotherTime(own)}abc`, "kind")).toBe(true);
  expect(isAbandoned(`${own}abc`, "other")).toBe(false);
  expect(isAbandoned(`${own.replace(/-[0-9a-f]{8}-/, "-00000000-")}abc`, "kind")).toBe(false);
  expect(isAbandoned("kind-of-something-else", "kind")).toBe(false);
});

test("a name is its process's for as long as that lives", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const name = `${ownedBeginning("kind", child.pid)}abc`;
  expect(isAbandoned(name, "kind")).toBe(false);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(isAbandoned(name, "kind")).toBe(true);
});
