import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentedCatalogue, llama } from "../../schema/documented/index.js";
import { buildSchema } from "../../schema/schema.js";
import { clientFiles } from "../../server/codegen/client-files.js";

/** What bundles hold of a client that codegen wrote. */

let folder: string;
beforeAll(async () => {
  // Below the repository, so that @sweepql/client is found from there.
  const cache = fileURLToPath(new URL("../../.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "own-bundle-"));
  const catalogue = documentedCatalogue(llama);
  const own = { path: "own.graphql", text: "query CountRuns { runs { totalCount } }" };
  for (const [name, text] of await clientFiles({ schema: buildSchema(catalogue), catalogue }, [own]))
    await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["sweepql-source"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

test("a bundle has the documents that it names, and no others", async () => {
  const one = await bundle(
    'import { CountRunsDocument, createClient } from "./index.js"; console.log(createClient({ url: "/", operations: { count: CountRunsDocument } }));',
  );
  expect(one).toContain('"CountRuns"');
  expect(one).not.toContain('"TypedRuns"');
  expect(one.match(/"OperationDefinition"/g)?.length).toBeLessThan(4);
  const all = await bundle(
    'import { createClient, operations } from "./index.js"; console.log(createClient({ url: "/", operations }));',
  );
  expect(all).toContain('"TypedRuns"');
});
