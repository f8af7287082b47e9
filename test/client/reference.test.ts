import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runProgram } from "./run-script.js";

const client = fileURLToPath(new URL("../../client/", import.meta.url));
const typedoc = fileURLToPath(new URL("../../node_modules/typedoc/bin/typedoc", import.meta.url));

test("the API reference is made of the docstrings, without a warning", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sweepql-docs-"));
  try {
    await runProgram(typedoc, ["--out", folder], client);
    const page = await readFile(join(folder, "functions/createClient.html"), "utf8");
    expect(page).toContain("A client of the API at a URL.");
    expect(await readFile(join(folder, "classes/LimitError.html"), "utf8")).toContain("in the same unit");
    expect(await readFile(join(folder, "variables/operations.html"), "utf8")).toContain("tuningCurve");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
