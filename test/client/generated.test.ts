import { expect, test } from "vitest";
import { differing } from "../../codegen.js";

test("generated files are what npm run codegen generates", async () => {
  expect(await differing()).toEqual([]);
});
